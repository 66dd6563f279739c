"""What the wallets know of somebody who leaves."""

import datetime as dt
import uuid
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import get_language

from ledger.chart import CREATOR_DIAMONDS_PENDING, VIEWER_COINS
from ledger.leaving import Bearing, Matter
from ledger.queries import balance
from ledger.units import COIN, DIAMOND, format_amount
from wallets.challenge_states import ClaimState
from wallets.models import Claim, CoinPurchase, CoinRefund, Stream
from wallets.queries.disputes import open_disputes
from wallets.queries.freezes import freezes_in_force
from wallets.queries.purchases import purchases_of
from wallets.queries.refunds import REFUND_DAYS, refund_quote
from wallets.queries.reserve import reserve_calendar
from wallets.states import REFUNDS_UNDER_WAY, UNDECIDED


def ever_paid(person_id: uuid.UUID) -> bool:
    """Whether money of theirs ever came in."""
    return CoinPurchase.objects.filter(viewer=person_id, entry__isnull=False).exists()


def matters(person, at: dt.datetime) -> list[Matter]:
    return [*_stopping(person), *_waiting(person, at), *_refundable(person, at), *_coins(person)]


def _stopping(person) -> Iterator[Matter]:
    if freezes_in_force(person.pk).exists():
        yield Matter(
            code="frozen",
            bearing=Bearing.STOPS,
            label="Your wallet is frozen",
            words="Its page says why, and whom to ask.",
            url=reverse("wallets:wallet"),
            action="See why",
        )
    elif open_disputes().filter(purchase__viewer=person).exists():
        yield Matter(
            code="disputed",
            bearing=Bearing.STOPS,
            label="A payment of yours is disputed",
            words="Your bank decides about it first.",
        )
    stream = Stream.objects.filter(creator=person, ended_at__isnull=True).first()
    if stream is not None:
        yield Matter(
            code="live",
            bearing=Bearing.STOPS,
            label="You are live",
            words="End your stream first.",
            url=reverse("wallets:live"),
            action="To your stream",
        )


def _waiting(person, at: dt.datetime) -> Iterator[Matter]:
    if purchases_of(person).filter(state__in=UNDECIDED).exists():
        yield Matter(
            code="purchase",
            bearing=Bearing.WAITS,
            label="A purchase is not decided",
            words="Its payment may still arrive. Unpaid it ends by itself within a day or so.",
        )
    if CoinRefund.objects.filter(purchase__viewer=person, state__in=REFUNDS_UNDER_WAY).exists():
        yield Matter(
            code="refund",
            bearing=Bearing.WAITS,
            label="A refund is under way",
            words="We close the account when the money has gone back.",
        )
    if Claim.objects.filter(joining__viewer=person, state=ClaimState.WAITING).exists():
        yield Matter(
            code="reward",
            bearing=Bearing.WAITS,
            label="A reward of yours is in review",
            words="We close the account when it is decided.",
        )
    if pending := balance(CREATOR_DIAMONDS_PENDING.of(person.pk)):
        calendar = reserve_calendar(person.pk, at)
        yield Matter(
            code="pending_diamonds",
            bearing=Bearing.WAITS,
            label=f"{_money(pending, DIAMOND)} are pending",
            words="They clear day by day. Wait for them if you want to be paid.",
            unit=DIAMOND,
            amount=pending,
            clears_on=calendar[-1].date if calendar else None,
        )


def _refundable(person, at: dt.datetime) -> Iterator[Matter]:
    """What is lost with the coins, unless its money is asked back first."""
    since = at - dt.timedelta(days=REFUND_DAYS)
    for purchase in purchases_of(person).filter(entry__isnull=False, closed_at__gte=since).order_by("-id"):
        quote = refund_quote(purchase)
        if quote.amount and not (quote.under_way or quote.disputed or quote.frozen):
            yield Matter(
                code="refundable",
                bearing=Bearing.LOST,
                label=f"{_money(quote.amount, purchase.currency)} that you can have back",
                words=f"{_money(quote.coins, COIN)} of your purchase {purchase.reference} are unspent.",
                url=reverse("wallets:ask_refund", args=[purchase.pk]),
                action="Ask for a refund first",
            )


def _coins(person) -> Iterator[Matter]:
    if coins := balance(VIEWER_COINS.of(person.pk)):
        yield Matter(
            code="coins",
            bearing=Bearing.LOST,
            label=_money(coins, COIN),
            words="What is not given away by then is gone.",
            url=reverse("home"),
            action="Find somebody to give them to",
            unit=COIN,
            amount=coins,
        )


def _money(parts: int, unit: str) -> str:
    return format_amount(parts, unit, get_language() or "en")
