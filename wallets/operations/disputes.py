"""What the provider says of disputes and of refunds: noted on their rows, then settled in the books."""

import datetime as dt

from wallets.models import CoinPurchase, CoinRefund, Dispute
from wallets.operations.claim_notices import tell_of_dispute, tell_of_refund
from wallets.operations.recoveries import coins_for, settle_claims
from wallets.providers import PaymentEvent
from wallets.states import DisputeState, EventOutcome, RefundState, stronger

Judgement = tuple[EventOutcome, str]
_ORDER = (RefundState.APPROVED, RefundState.SENDING, RefundState.SUCCEEDED, RefundState.FAILED)


def hear_dispute(*, purchase: CoinPurchase, event: PaymentEvent, at: dt.datetime) -> Judgement:
    """Note a word on a dispute of this purchase, which the caller keeps locked."""
    if mistake := _mistake(purchase, event):
        return EventOutcome.PARKED, mistake
    word = event.dispute
    if not word.reference:
        return EventOutcome.PARKED, "It does not say which dispute it is about."
    dispute, new = Dispute.objects.get_or_create(
        purchase=purchase,
        provider_reference=word.reference,
        defaults={
            "amount": event.amount,
            "coins": coins_for(purchase, event.amount),
            "state": word.state,
            "opened_at": at,
        },
    )
    if dispute.amount != event.amount:
        return EventOutcome.PARKED, f"The dispute was over {dispute.amount} before, now over {event.amount}."
    before = dispute.state, dispute.withdrawn
    dispute.state = stronger(dispute.state, word.state)
    dispute.withdrawn = dispute.withdrawn or word.withdrawn
    dispute.reason = event.reason[:200] or dispute.reason
    dispute.due_at = word.due_at or dispute.due_at
    if dispute.state in (DisputeState.WON, DisputeState.LOST) and dispute.closed_at is None:
        dispute.closed_at = at
    dispute.save(update_fields=["state", "withdrawn", "reason", "due_at", "closed_at"])
    if not new and before == (dispute.state, dispute.withdrawn):
        return EventOutcome.IGNORED, f"The dispute was {dispute.state} already."
    settle_claims(purchase_id=purchase.pk, at=at)
    if new or before[0] != dispute.state:
        tell_of_dispute(dispute, at=at)
    return EventOutcome.APPLIED, ""


def hear_refund(*, purchase: CoinPurchase, event: PaymentEvent, at: dt.datetime) -> Judgement:
    """Note a word on a refund of this purchase, which the caller keeps locked. One that we did not start is
    taken in as it is."""
    if mistake := _mistake(purchase, event):
        return EventOutcome.PARKED, mistake
    word = event.refund
    if not word.reference:
        return EventOutcome.PARKED, "It does not say which refund it is about."
    refund = _refund_meant(purchase, event)
    if refund is None:
        refund = CoinRefund.objects.create(
            purchase=purchase,
            origin=CoinRefund.Origin.PROVIDER,
            coins=coins_for(purchase, event.amount),
            amount=event.amount,
            state=word.state,
            reason=event.reason[:500],
            provider_reference=word.reference,
            requested_at=at,
            sent_at=at,
            closed_at=None if word.state == RefundState.SENDING else at,
        )
        tell_of_refund(refund, at=at)
        settle_claims(purchase_id=purchase.pk, at=at)
        return EventOutcome.APPLIED, ""
    if refund.amount != event.amount:
        return EventOutcome.PARKED, f"We know this refund over {refund.amount}, not {event.amount}."
    if refund.state not in _ORDER:
        return EventOutcome.PARKED, f"Our refund {refund.pk} is {refund.state}: nobody should have sent it."
    CoinRefund.objects.filter(pk=refund.pk, provider_reference="").update(provider_reference=word.reference)
    if not move_refund(refund, word.state, at=at, reason=event.reason):
        return EventOutcome.IGNORED, f"The refund was {refund.state} already."
    return EventOutcome.APPLIED, ""


def move_refund(refund: CoinRefund, target: RefundState, *, at: dt.datetime, reason: str = "") -> bool:
    """Take a refund on by the provider's word, and the books with it; False where it was there already, or
    further. Afterwards `refund` is what the database holds."""
    facts = {} if target == RefundState.SENDING else {"closed_at": at}
    if target == RefundState.FAILED:
        facts["reason"] = reason[:500]
    sources = _ORDER[: _ORDER.index(target)]
    moved = CoinRefund.objects.filter(pk=refund.pk, state__in=sources).update(state=target, **facts)
    refund.refresh_from_db()
    if moved:
        tell_of_refund(refund, at=at)
        settle_claims(purchase_id=refund.purchase_id, at=at)
    return bool(moved)


def _refund_meant(purchase: CoinPurchase, event: PaymentEvent) -> CoinRefund | None:
    word = event.refund
    if word.refund_id and (ours := purchase.refunds.filter(pk=word.refund_id).first()):
        return ours
    return purchase.refunds.filter(provider_reference=word.reference).first()


def _mistake(purchase: CoinPurchase, event: PaymentEvent) -> str:
    if event.currency != purchase.currency:
        return f"It speaks of {event.currency}; the purchase was paid in {purchase.currency}."
    if event.amount is None or not 0 < event.amount <= purchase.price:
        return f"It speaks of {event.amount} (smallest parts); the price was {purchase.price}."
    return ""
