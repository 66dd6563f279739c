"""What refunds and disputes do to the books, computed anew from all of them whenever one has changed.

The words of a provider come late, twice and in any order. So no word moves anything by itself: each is noted
on its refund or dispute, and `settle_claims` brings the purchase's books to what they all say together. Coins
are claimed once, however many claims want them; which words were heard first makes no difference.
"""

import datetime as dt
import uuid
from fractions import Fraction
from math import ceil

from django.db.models import Max, Sum
from django.db.transaction import atomic

from ledger.chart import (
    COIN_FLOAT,
    COINS_ISSUED,
    CREATOR_DIAMONDS_PENDING,
    DISPUTE_LOSSES,
    PAYMENT_CLEARING,
    VIEWER_COINS,
)
from ledger.operations import Transfer, lock, post, reverse
from wallets.models import CoinPurchase, CoinRefund, CoinRemoval, Dispute, Loss, Recovery
from wallets.operations.freezes import freeze_for_dispute, thaw_after_dispute
from wallets.operations.gift_recoveries import FELL, return_gifts, take_gifts
from wallets.operations.lost_gifts import claim_lost_gifts, withdraw_claims
from wallets.operations.take_back import put_back, take_back
from wallets.queries.provenance import gifts_funded_by
from wallets.states import DISPUTES_STANDING, REFUNDS_STANDING, DisputeState, RefundState


def coins_for(purchase: CoinPurchase, amount: int) -> int:
    """How many of the purchase's coins `amount` of its price paid for, rounded up, bonus included."""
    return min(purchase.coins, ceil(Fraction(purchase.coins * amount, purchase.price)))


def settle_claims(*, purchase_id: uuid.UUID, at: dt.datetime) -> None:
    """Bring the books of a purchase to what its refunds and disputes say. May be repeated; an unpaid purchase
    has nothing to settle yet."""
    with atomic():
        purchase = CoinPurchase.objects.select_for_update(no_key=True).get(pk=purchase_id)
        if purchase.entry_id is None:
            return
        _lock_books(purchase)
        refunds = list(purchase.refunds.order_by("id"))
        disputes = list(purchase.disputes.order_by("id"))
        _recover(purchase, refunds, disputes, at)
        _book_money(purchase, refunds, disputes, at)
        _book_loss(purchase, refunds, disputes, at)
        claim_lost_gifts(purchase=purchase, disputes=disputes, at=at)
        for dispute in disputes:
            if dispute.state in DISPUTES_STANDING:
                freeze_for_dispute(dispute=dispute, at=at)
            elif dispute.state == DisputeState.WON:
                thaw_after_dispute(dispute=dispute, at=at)


def _lock_books(purchase: CoinPurchase) -> None:
    """The viewer's coins first, so that what they paid for stays so, then the pending diamonds that may be
    taken: the order of an undo, too."""
    lock([VIEWER_COINS.of(purchase.viewer_id)])
    creators = {gift.creator_id for gift, _ in gifts_funded_by(purchase.viewer_id, purchase.entry_id)}
    creators |= set(_standing(purchase).exclude(creator=None).values_list("creator_id", flat=True))
    lock(map(CREATOR_DIAMONDS_PENDING.of, creators))


def _standing(purchase: CoinPurchase):
    return purchase.recoveries.filter(put_back_at__isnull=True)


def _recover(
    purchase: CoinPurchase, refunds: list[CoinRefund], disputes: list[Dispute], at: dt.datetime
) -> None:
    claims = [each.coins for each in refunds if each.state in REFUNDS_STANDING]
    claims += [each.coins for each in disputes if each.state in DISPUTES_STANDING]
    wanted = min(purchase.coins, sum(claims))
    standing = list(_standing(purchase).order_by("-number"))
    held = sum(each.coins for each in standing)
    fallen = []
    for recovery in standing:
        if held <= wanted:
            break
        fallen.append(recovery)
        held -= recovery.coins
    _put_back(fallen, purchase, at)
    disputed = any(each.state in DISPUTES_STANDING for each in disputes)
    cause = CoinRemoval.Cause.DISPUTE if disputed else CoinRemoval.Cause.REFUND
    missing = wanted - held
    if missing > 0:
        missing -= _take_coins(purchase, missing, cause, at)
    if missing > 0:
        claimed = _standing(purchase).exclude(gift=None).values_list("gift_id").annotate(coins=Sum("coins"))
        first, known = _next_number(purchase), dict(claimed)
        take_gifts(purchase=purchase, up_to=missing, known=known, first=first, cause=cause, at=at)


def _take_coins(purchase: CoinPurchase, up_to: int, cause: CoinRemoval.Cause, at: dt.datetime) -> int:
    number = _next_number(purchase)
    taken = take_back(
        viewer_id=purchase.viewer_id,
        credit_id=purchase.entry_id,
        up_to=up_to,
        destination=COINS_ISSUED.platform(),
        cause=cause,
        kind=f"{cause}.coins",
        key=f"claim:{purchase.pk}:{number}",
        at=at,
        through_freeze=True,
    )
    if taken.coins:
        Recovery.objects.create(
            purchase=purchase,
            number=number,
            coins=taken.coins,
            recovered=taken.coins,
            entry_id=taken.entry_id,
            at=at,
        )
    return taken.coins


def _put_back(recoveries: list[Recovery], purchase: CoinPurchase, at: dt.datetime) -> None:
    """Give back what these took, in their order."""
    for recovery in recoveries:
        if recovery.gift_id is None:
            key = f"claim:{purchase.pk}:{recovery.number}:back"
            put_back(entry_id=recovery.entry_id, key=key, reason=FELL, at=at)
    return_gifts(recoveries=[each for each in recoveries if each.gift_id], at=at)
    # What came back whole was never claimed of its creator.
    parts = [each for each in recoveries if each.gift_id is not None and each.recovered < each.coins]
    withdraw_claims(parts, at=at)
    Recovery.objects.filter(pk__in=[each.pk for each in recoveries]).update(put_back_at=at)


def _next_number(purchase: CoinPurchase) -> int:
    return (purchase.recoveries.aggregate(last=Max("number"))["last"] or 0) + 1


def _book_money(
    purchase: CoinPurchase, refunds: list[CoinRefund], disputes: list[Dispute], at: dt.datetime
) -> None:
    """What the provider has paid back or withdrawn is no longer owed to us, and no longer in the float."""
    for refund in refunds:
        _book(refund, "refund.money", refund.state == RefundState.SUCCEEDED, at)
    for dispute in disputes:
        gone = dispute.state == DisputeState.LOST or (
            dispute.withdrawn and dispute.state == DisputeState.OPEN
        )
        _book(dispute, "dispute.money", gone, at)


def _book(claim: CoinRefund | Dispute, kind: str, gone: bool, at: dt.datetime) -> None:
    key, currency = f"{kind}:{claim.pk}", claim.currency
    if gone and claim.entry_id is None:
        transfer = Transfer(COIN_FLOAT.platform(currency), PAYMENT_CLEARING.platform(currency), claim.amount)
        claim.entry_id = post(kind=kind, key=key, at=at, transfers=[transfer]).entry_id
        claim.save(update_fields=["entry"])
    elif claim.entry_id is not None and not gone:
        reverse(entry_id=claim.entry_id, key=f"{key}:back", reason="The money came back.", at=at)


def _book_loss(
    purchase: CoinPurchase, refunds: list[CoinRefund], disputes: list[Dispute], at: dt.datetime
) -> None:
    """What is finally gone and nobody gave back is the platform's loss; it makes the float whole again."""
    final = [each for each in refunds if each.state == RefundState.SUCCEEDED]
    final += [each for each in disputes if each.state == DisputeState.LOST]
    gone = sum(each.amount for each in final)
    coins = min(purchase.coins, sum(each.coins for each in final))
    recovered = _standing(purchase).aggregate(sum=Sum("recovered"))["sum"] or 0
    unrecovered = ceil(Fraction(purchase.price * max(coins - recovered, 0), purchase.coins))
    lost = min(gone, unrecovered + max(gone - purchase.price, 0))
    booked = purchase.losses.aggregate(sum=Sum("amount"))["sum"] or 0
    if lost == booked:
        return
    losses, float_ = DISPUTE_LOSSES.platform(purchase.currency), COIN_FLOAT.platform(purchase.currency)
    source, destination = (losses, float_) if lost > booked else (float_, losses)
    posted = post(
        kind="dispute.loss",
        key=f"loss:{purchase.pk}:{purchase.losses.count() + 1}",
        at=at,
        transfers=[Transfer(source, destination, abs(lost - booked))],
    )
    Loss.objects.create(id=posted.entry_id, purchase=purchase, amount=lost - booked, at=at)
