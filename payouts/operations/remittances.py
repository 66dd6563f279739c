"""Sending payouts to the bank.

An attempt is committed with its message before the bank is called, so that a worker may die at any moment.
What it leaves behind is asked about, and sent again only if the bank provably does not have it, under the
same message id. Nothing here concludes anything from time that has passed.
"""

import datetime as dt
import uuid

from django.db import transaction

from payouts import rails
from payouts.models import PayoutRequest, Remittance
from payouts.operations import settlement
from payouts.operations.moves import locked
from payouts.rails.failures import Action, explain
from payouts.rails.interface import Order, Refused, Unpayable, Unsure
from payouts.remittance_states import UNDELIVERED, RemittanceState
from payouts.states import State

ASK_AFTER = dt.timedelta(seconds=60)
"""Longer than a call to the bank may take, so that nobody is asked about while someone is still sending."""


def remit(*, payout_id: uuid.UUID, at: dt.datetime) -> Remittance | None:
    """Sends an approved payout over its rail, once, however many workers try.

    Returns the attempt, or None for a payout that is not waiting to be sent. An attempt that can't be made or
    that the bank refuses fails the payout; one without a clear answer stays `unknown`.
    Raises UnknownPayout, MethodRetired, NoRail: the payout stays approved."""
    remittance = _commit(payout_id, at)
    if remittance and remittance.state == RemittanceState.COMMITTED:
        _send(remittance, at)
    return remittance


@transaction.atomic(durable=True)
def _commit(payout_id: uuid.UUID, at: dt.datetime) -> Remittance | None:
    payout = locked(payout_id)
    if payout.state != State.APPROVED:
        return None
    settlement.start_remitting(payout_id=payout_id, at=at)
    remittance = _attempt(payout, at)
    try:
        remittance.message = rails.get(remittance.rail).write(_order(payout, remittance))
    except Unpayable as refusal:
        remittance.state, remittance.rejected_at = RemittanceState.REJECTED, at
        remittance.code, remittance.problem = refusal.code, str(refusal)
    remittance.save(force_insert=True)
    if remittance.state == RemittanceState.REJECTED:
        fail_payout(remittance, at=at, evidence={"remittance": str(remittance.id)})
    return remittance


def _attempt(payout: PayoutRequest, at: dt.datetime) -> Remittance:
    attempt = payout.remittances.count() + 1
    remittance = Remittance(
        payout=payout,
        attempt=attempt,
        rail=rails.for_payment(method_kind=payout.method.kind, currency=payout.currency),
        # A retry has an id of its own, so that a late word about the first attempt can't be taken for it.
        end_to_end_id=payout.reference if attempt == 1 else f"{payout.reference}-{attempt}",
        amount=payout.net,
        currency=payout.currency,
        committed_at=at,
        attempted_at=at,
    )
    remittance.message_id = remittance.id.hex
    return remittance


def _order(payout: PayoutRequest, remittance: Remittance) -> Order:
    method = payout.method
    return Order(
        message_id=remittance.message_id,
        end_to_end_id=remittance.end_to_end_id,
        amount=remittance.amount,
        currency=remittance.currency,
        holder=method.holder,
        country=method.country,
        details=method.details,
        text=f"Payout {payout.reference}",
        at=remittance.committed_at,
    )


def ask(*, remittance_id: uuid.UUID, at: dt.datetime) -> Remittance:
    """Asks the bank about an attempt that nobody heard back from; sends it again only if it does not have it.

    A no-op for one that was taken in hand less than ASK_AFTER ago, or that has been heard of."""
    remittance = Remittance.objects.get(id=remittance_id)
    unanswered = Remittance.objects.filter(
        id=remittance_id, state__in=UNDELIVERED, attempted_at__lte=at - ASK_AFTER
    )
    if not unanswered.filter(attempted_at=remittance.attempted_at).update(attempted_at=at):
        return remittance
    remittance.attempted_at = at
    rail = rails.get(remittance.rail)
    try:
        held = rail.holds(message_id=remittance.message_id, end_to_end_id=remittance.end_to_end_id)
    except Unsure as doubt:
        _unsure(remittance, doubt)
        return remittance
    if held:
        _sent(remittance, at, {"asked": "The bank has it."})
    else:
        _send(remittance, at)
    return remittance


def _send(remittance: Remittance, at: dt.datetime) -> None:
    try:
        receipt = rails.get(remittance.rail).send(remittance.message)
    except Refused as refusal:
        _refused(remittance, at, refusal)
    except Unsure as doubt:
        _unsure(remittance, doubt)
    else:
        _sent(remittance, at, receipt)


def _undelivered(remittance: Remittance):
    """The row, if the bank's own messages have not told more meanwhile."""
    return Remittance.objects.filter(id=remittance.id, state__in=UNDELIVERED)


def _sent(remittance: Remittance, at: dt.datetime, receipt: dict) -> None:
    _undelivered(remittance).update(state=RemittanceState.SENT, sent_at=at, receipt=receipt, problem="")
    remittance.refresh_from_db()


def _unsure(remittance: Remittance, doubt: Unsure) -> None:
    _undelivered(remittance).update(state=RemittanceState.UNKNOWN, problem=str(doubt))
    remittance.refresh_from_db()


@transaction.atomic
def _refused(remittance: Remittance, at: dt.datetime, refusal: Refused) -> None:
    moved = _undelivered(remittance).update(
        state=RemittanceState.REJECTED, rejected_at=at, code=refusal.code[:40], problem=str(refusal)
    )
    remittance.refresh_from_db()
    if moved:
        fail_payout(remittance, at=at, evidence={"remittance": str(remittance.id), "text": str(refusal)})


def fail_payout(remittance: Remittance, *, at: dt.datetime, evidence: dict) -> None:
    """Tells the payout what the rejected attempt's code means; where no retry can help, the diamonds go back.

    Raises WrongState."""
    failure = explain(remittance.code)
    settlement.fail(
        payout_id=remittance.payout_id,
        code=remittance.code,
        at=at,
        evidence=evidence,
        reason=str(failure),
        final=failure.action is not Action.WAIT,
    )
