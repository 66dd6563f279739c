"""What a person decides about a word of the bank that fits nothing, or waits for one that never came."""

import datetime as dt
import uuid
from enum import StrEnum

from django.db import transaction

from ledger.units import format_amount
from payouts import rails
from payouts.models import BankEntry, Remittance
from payouts.operations import settlement
from payouts.operations.bank_messages import evidence_of, handle, keep, move
from payouts.operations.deliveries import fail_payout
from payouts.operations.pauses import count_failure
from payouts.operations.review import MissingReason, NotPermitted
from payouts.rails.failures import explain
from payouts.remittance_states import UNDER_WAY, RemittanceState

OPEN = (BankEntry.Outcome.PARKED, BankEntry.Outcome.WAITING)


class Verdict(StrEnum):
    PAID = "paid"
    """The money has left for this payment."""
    REFUSED = "refused"
    """It will never leave."""
    RETURNED = "returned"
    """It had left, and came back."""


class NotOpen(Exception):
    """There is no such entry, or it has been decided."""

    code = "entry_not_open"


class DoesNotFit(Exception):
    """The entry can't be about this payment."""

    code = "entry_does_not_fit"


def settle_by_hand(
    *, entry_id: uuid.UUID, reference: str, verdict: Verdict, actor, reason: str, at: dt.datetime
) -> BankEntry:
    """The entry is about the payment of this reference (its end-to-end id), and says this about it.

    Where money moved, entry and payment are of one amount. Raises NotPermitted, MissingReason, NotOpen,
    DoesNotFit, payouts.operations.moves.WrongState; then nothing moves."""
    with transaction.atomic():
        entry = _open(entry_id, actor, reason)
        remittance = _payment(entry, reference)
        if remittance.payout.creator_id == actor.pk:
            raise NotPermitted("Nobody settles their own payout.")
        if verdict != Verdict.REFUSED and (entry.amount, entry.currency) != (
            remittance.amount,
            remittance.currency,
        ):
            ours = format_amount(remittance.amount, remittance.currency)
            raise DoesNotFit(f"{reference} is a payment of {ours}, and the entry is of another amount.")
        evidence = evidence_of(entry) | {"settled_by": str(actor.pk), "why": reason.strip()}
        _ACTIONS[Verdict(verdict)](remittance, evidence, entry, at)
        _decide(entry, BankEntry.Outcome.BY_HAND, actor, reason, at, remittance)
    return entry


def set_aside(*, entry_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> BankEntry:
    """The entry is about none of our payments, or needs nothing more. Moves nothing.

    Raises NotPermitted, MissingReason, NotOpen."""
    with transaction.atomic():
        entry = _open(entry_id, actor, reason)
        _decide(entry, BankEntry.Outcome.SET_ASIDE, actor, reason, at, entry.remittance)
    return entry


def bring(*, texts: list[str], channel: str, actor, at: dt.datetime) -> int:
    """Messages that a person downloaded at the bank: kept, read and applied as if they had come by a line.
    Returns how many were new. Raises NotPermitted."""
    if not (actor.is_staff and actor.has_perm("payouts.add_bankmessage")):
        raise NotPermitted("You don't have the permission to bring the bank's messages.")
    fresh = keep(channel=channel, raws=texts, at=at)
    handle(at=at)
    return fresh


def _open(entry_id: uuid.UUID, actor, reason: str) -> BankEntry:
    if not (actor.is_staff and actor.has_perm("payouts.settle_bankentry")):
        raise NotPermitted("You don't have the permission to settle bank entries.")
    if not reason.strip():
        raise MissingReason("Write why: whoever reads the books later has only your words.")
    entries = BankEntry.objects.select_for_update(of=("self",)).select_related("message", "remittance")
    entry = entries.defer("message__raw").filter(id=entry_id, outcome__in=OPEN).first()
    if entry is None:
        raise NotOpen("There is no such entry, or it has been decided.")
    return entry


def _payment(entry: BankEntry, reference: str) -> Remittance:
    sent = Remittance.objects.select_for_update(of=("self",)).select_related("payout")
    found = sent.filter(
        end_to_end_id=reference.strip().upper(), rail__in=rails.names_of(entry.message.channel)
    ).first()
    if found is None:
        raise DoesNotFit("We sent no payment of this reference over this bank.")
    return found


def _decide(entry: BankEntry, outcome: str, actor, reason: str, at: dt.datetime, remittance) -> None:
    entry.outcome, entry.decided_at, entry.decided_by = outcome, at, actor
    entry.note, entry.remittance = reason.strip(), remittance
    entry.save(update_fields=["outcome", "decided_at", "decided_by", "note", "remittance"])


def _refuse_unless(remittance: Remittance, *states: RemittanceState) -> None:
    if remittance.state not in states:
        raise DoesNotFit(
            f"This says nothing about a payment that is {remittance.get_state_display().lower()}. "
            "If money left in error, it is clawed back on the payout's page."
        )


def _paid(remittance: Remittance, evidence: dict, entry: BankEntry, at: dt.datetime) -> None:
    _refuse_unless(remittance, *UNDER_WAY)
    move(remittance, RemittanceState.SETTLED, at, problem="")
    settlement.settle(payout_id=remittance.payout_id, at=at, evidence=evidence)


def _refused(remittance: Remittance, evidence: dict, entry: BankEntry, at: dt.datetime) -> None:
    _refuse_unless(remittance, *UNDER_WAY)
    move(remittance, RemittanceState.REJECTED, at, code=entry.code[:40] or "NARR", problem=entry.text)
    fail_payout(remittance, at=at, evidence=evidence)


def _returned(remittance: Remittance, evidence: dict, entry: BankEntry, at: dt.datetime) -> None:
    _refuse_unless(remittance, RemittanceState.SETTLED)
    move(remittance, RemittanceState.RETURNED, at, code=entry.code[:40] or "NARR", problem=entry.text)
    settlement.return_payout(
        payout_id=remittance.payout_id,
        code=remittance.code,
        at=at,
        evidence=evidence,
        reason=str(explain(remittance.code, returned=True)),
    )
    count_failure(remittance=remittance, at=at)


_ACTIONS = {Verdict.PAID: _paid, Verdict.REFUSED: _refused, Verdict.RETURNED: _returned}
