"""What a person decides about a word of the bank that fits nothing, or waits for one that never came."""

import datetime as dt
import uuid
from enum import StrEnum

from django.db import transaction

from ledger.chart import CREATOR_CASH_AVAILABLE, FEE_REVENUE, PAYOUT_CLEARING
from ledger.operations import Transfer, post
from ledger.units import format_amount
from payouts import rails
from payouts.models import BankEntry, Remittance
from payouts.operations import settlement
from payouts.operations.bank_words import evidence_of, move
from payouts.operations.deliveries import fail_payout
from payouts.operations.pauses import count_failure
from payouts.operations.review import MissingReason, NotPermitted
from payouts.rails.failures import explain
from payouts.remittance_states import UNDER_WAY, RemittanceState

OPEN = (BankEntry.Outcome.PARKED, BankEntry.Outcome.WAITING)
What = BankEntry.What
LARGEST_CHARGE = 10
"""Per cent of a payment: what a bank may have kept or taken on top of it. More is something else."""


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
    """The entry is about the payment of this reference (its end-to-end id), and says this about it: what the
    bank itself could have said with it, and nothing else.

    A charge may lie between the amounts of entry and payment: `_book_charge` says who bears it. Raises
    NotPermitted, MissingReason, NotOpen, DoesNotFit, payouts.operations.moves.WrongState; then nothing
    moves."""
    with transaction.atomic():
        entry = _open(entry_id, actor, reason)
        remittance = _payment(entry, reference)
        if remittance.payout.creator_id == actor.pk:
            raise NotPermitted("Nobody settles their own payout.")
        _refuse_verdict(entry, Verdict(verdict))
        charge = _charge(entry, remittance)
        evidence = evidence_of(entry) | {"settled_by": str(actor.pk), "why": reason.strip()}
        if charge:
            evidence["charge"] = format_amount(charge, entry.currency)
        _ACTIONS[Verdict(verdict)](remittance, evidence, entry, at)
        _book_charge(entry, remittance, charge, at)
        _decide(entry, BankEntry.Outcome.BY_HAND, actor, reason, at, remittance)
    return entry


def set_aside(*, entry_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> BankEntry:
    """The entry is about none of our payments, or needs nothing more. Moves nothing.

    Raises NotPermitted, MissingReason, NotOpen."""
    with transaction.atomic():
        entry = _open(entry_id, actor, reason)
        _decide(entry, BankEntry.Outcome.SET_ASIDE, actor, reason, at, entry.remittance)
    return entry


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
    reference = reference.strip().upper()
    sent = Remittance.objects.select_for_update(of=("self",)).select_related("payout")
    ours = sent.filter(rail__in=rails.names_of(entry.message.channel))
    found = ours.filter(end_to_end_id=reference).first()
    if found is None:
        raise DoesNotFit("We sent no payment of this reference over this bank.")
    if entry.end_to_end_id != reference and ours.filter(end_to_end_id=entry.end_to_end_id).exists():
        raise DoesNotFit(f"The entry is about {entry.end_to_end_id}, which is another payment of ours.")
    return found


def _refuse_verdict(entry: BankEntry, verdict: Verdict) -> None:
    is_no_refusal = entry.what == What.STATUS and entry.status != "RJCT"
    if What(entry.what) not in _SAYS[verdict] or is_no_refusal:
        raise DoesNotFit(f"A {entry.get_what_display().lower()} can't say this: {_SAYS_NOT[verdict]}")


def _charge(entry: BankEntry, remittance: Remittance) -> int:
    """What the bank kept or took on top, in the smallest part of the currency: 0 where no money moved."""
    if entry.what == What.STATUS:
        return 0
    ours = format_amount(remittance.amount, remittance.currency)
    if entry.amount is None or entry.currency != remittance.currency:
        raise DoesNotFit(f"{remittance} is a payment of {ours}; the entry names no amount in its currency.")
    charge = abs(entry.amount - remittance.amount)
    if charge * 100 > remittance.amount * LARGEST_CHARGE:
        booked = format_amount(entry.amount, entry.currency)
        raise DoesNotFit(
            f"{remittance} is a payment of {ours}, and {booked} differs by more than a charge of the bank "
            f"({LARGEST_CHARGE} %). Ask the bank what it booked, or to book it anew, and set this aside."
        )
    return charge


def _book_charge(entry: BankEntry, remittance: Remittance, charge: int, at: dt.datetime) -> None:
    """Payout clearing holds what the bank booked. What left or came back beyond what was ours to move, or
    short of it, is the platform's; only what never left for a creator is theirs, as cash."""
    if not charge:
        return
    more = entry.amount > remittance.amount
    clearing = PAYOUT_CLEARING.platform(entry.currency)
    other = FEE_REVENUE.platform(entry.currency)
    if entry.what == What.DEBIT and not more:
        other = CREATOR_CASH_AVAILABLE.of(remittance.payout.creator_id, entry.currency)
    left_more = more if entry.what == What.DEBIT else not more
    source, destination = (other, clearing) if left_more else (clearing, other)
    post(
        kind="payout_charge",
        key=f"bank_entry:{entry.id}:charge",
        at=at,
        transfers=[Transfer(source, destination, charge)],
    )


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

_SAYS = {
    Verdict.PAID: {What.DEBIT},
    Verdict.REFUSED: {What.STATUS, What.RETURN},
    Verdict.RETURNED: {What.CREDIT, What.RETURN},
}
"""What the bank can have said with each kind of entry. A return before its booking may mean either."""
_SAYS_NOT = {
    Verdict.PAID: "only a debit shows that money has left.",
    Verdict.REFUSED: "a booking shows that money has moved, and the payment would be made twice.",
    Verdict.RETURNED: "only a credit shows that money came back.",
}
