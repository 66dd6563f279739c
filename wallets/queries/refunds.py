import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Prefetch, Q, QuerySet, Sum

from wallets.models import CoinPurchase, CoinRefund, Dispute
from wallets.queries.freezes import freezes_in_force
from wallets.queries.provenance import whereabouts
from wallets.queries.purchases import purchases_of
from wallets.states import DISPUTES_STANDING, REFUNDS_STANDING, REFUNDS_UNDER_WAY, RefundState

REFUND_DAYS = 14
"""From its payment on, the unspent coins of a purchase can go back."""


@dataclass(frozen=True)
class RefundQuote:
    """What a refund of a purchase would give back now: `coins` that are unspent, `bonus` of them a gift of a
    promotion, which is returned unpaid and first; `amount` in the smallest part of the purchase's currency.
    It can be asked for until `ends_at`. `under_way` is a refund that is not finished, `disputed` and `frozen`
    what stands in the way."""

    purchase: CoinPurchase
    coins: int
    bonus: int
    amount: int
    ends_at: dt.datetime | None
    under_way: CoinRefund | None
    disputed: bool
    frozen: bool

    @property
    def paid_coins(self) -> int:
        return self.coins - self.bonus


def refund_quote(purchase: CoinPurchase) -> RefundQuote:
    """Rounded down, and never more than what is left of the price once what went back is off."""
    coins = bonus = amount = 0
    if purchase.entry_id:
        coins = whereabouts(purchase.viewer_id, purchase.entry_id).unspent
        bonus = min(coins, purchase.bonus_coins)
        standing = purchase.refunds.filter(state__in=REFUNDS_STANDING)
        back = standing.aggregate(sum=Sum("amount"))["sum"] or 0
        share = purchase.price * (coins - bonus) // purchase.paid_coins
        amount = max(min(share, purchase.price - back), 0)
    return RefundQuote(
        purchase=purchase,
        coins=coins,
        bonus=bonus,
        amount=amount,
        ends_at=purchase.closed_at + dt.timedelta(days=REFUND_DAYS) if purchase.entry_id else None,
        under_way=purchase.refunds.filter(state__in=REFUNDS_UNDER_WAY).first(),
        disputed=purchase.disputes.filter(state__in=DISPUTES_STANDING).exists(),
        frozen=freezes_in_force(purchase.viewer_id).exists(),
    )


def purchases_with_refunds(viewer, at: dt.datetime) -> QuerySet[CoinPurchase]:
    """Newest first, each with its `refunds`, whether it is `disputed`, and whether coins of it that are
    unspent `may_go_back`."""
    disputes = Dispute.objects.filter(purchase=OuterRef("pk"), state__in=DISPUTES_STANDING)
    under_way = CoinRefund.objects.filter(purchase=OuterRef("pk"), state__in=REFUNDS_UNDER_WAY)
    in_time = Q(entry__isnull=False, closed_at__gte=at - dt.timedelta(days=REFUND_DAYS))
    refunds = Prefetch("refunds", CoinRefund.objects.order_by("-id"))
    return (
        purchases_of(viewer)
        .annotate(
            disputed=Exists(disputes),
            may_go_back=ExpressionWrapper(
                in_time & ~Exists(disputes) & ~Exists(under_way), output_field=BooleanField()
            ),
        )
        .prefetch_related(refunds)
        .order_by("-id")
    )


def refunds_of(viewer) -> QuerySet[CoinRefund]:
    return CoinRefund.objects.filter(purchase__viewer=viewer).select_related("purchase")


def refund_of(viewer, refund_id: uuid.UUID) -> CoinRefund | None:
    """None for other people's, too."""
    return refunds_of(viewer).filter(pk=refund_id).first()


def refunds_to_decide() -> QuerySet[CoinRefund]:
    return CoinRefund.objects.filter(state=RefundState.REQUESTED)
