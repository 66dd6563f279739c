"""Doing to payouts what the bank says of them, one thing at a time. What fits nothing we sent is parked for a
person and moves nothing."""

import datetime as dt
import uuid

import structlog
from django.db import transaction
from django.db.models import Q

from ledger.units import format_amount
from payouts import rails
from payouts.models import BankEntry, BankMessage, PayoutRequest, Remittance
from payouts.operations import settlement
from payouts.operations.alarms import tell_of_second_booking
from payouts.operations.deliveries import fail_payout
from payouts.operations.moves import UnknownPayout, WrongState
from payouts.operations.pauses import count_failure
from payouts.operations.settlement import UnbalancedLines
from payouts.queries.own import own_among
from payouts.rails.failures import explain
from payouts.remittance_states import UNDER_WAY, RemittanceState

logger = structlog.get_logger(__name__)
Outcome, What = BankEntry.Outcome, BankEntry.What
CORRECTED = "CHNG"
"""What ACH's notification of change is read as."""

_ACCEPTED = {"ACCP", "ACTC", "ACSP", "ACSC", "ACCC", "ACWC", "ACWP"}
"""ExternalPaymentTransactionStatus1Code: the bank took it on. Only a booking says that the money has left."""


class Parked(Exception):
    """The bank's word does not fit what we know; the text says how."""


class BookedTwice(Parked):
    """The bank moved the money of one payment a second time."""


@transaction.atomic
def apply(entry_id: uuid.UUID, at: dt.datetime) -> None:
    """Does what one waiting entry says, or parks it. A no-op for one that another worker has in hand."""
    waiting = BankEntry.objects.select_for_update(skip_locked=True, of=("self",)).select_related("message")
    waiting = waiting.defer("message__raw")
    entry = waiting.filter(id=entry_id, outcome=Outcome.WAITING).first()
    if entry is None:
        return
    try:
        with transaction.atomic():
            outcome = _ACTIONS[What(entry.what)](entry, at)
        problem = ""
    except (Parked, WrongState, UnknownPayout, UnbalancedLines) as reason:
        outcome, problem = Outcome.PARKED, str(reason)
        if isinstance(reason, BookedTwice):
            tell_of_second_booking(entry, at=at)
        logger.warning("bank_entry_parked", entry=str(entry.id), problem=problem)
    entry.outcome, entry.problem = outcome, problem
    entry.decided_at = None if outcome == Outcome.WAITING else at
    entry.save(update_fields=["outcome", "problem", "decided_at", "remittance"])


def _find(entry: BankEntry, **facts) -> list[Remittance]:
    """The attempts that the entry is about, locked: one, or a whole file of them. Raises Parked."""
    sent = Remittance.objects.select_for_update(of=("self",)).order_by("payout_id")
    remittances = list(sent.filter(rail__in=rails.names_of(entry.message.channel), **facts))
    if not remittances:
        raise Parked("We sent no payment with this reference.")
    _refuse_own(entry.message, remittances)
    if len(remittances) == 1:
        entry.remittance = remittances[0]
    return remittances


def _refuse_own(message: BankMessage, remittances: list[Remittance]) -> None:
    """A file that people brought decides nothing about themselves. Raises Parked."""
    if message.brought_by_id is None:
        return
    payouts = PayoutRequest.objects.filter(remittances__in=remittances)
    if own_among(payouts, [message.brought_by_id, message.confirmed_by_id]).exists():
        raise Parked("It pays who brought or confirmed this file: somebody else settles it.")


def evidence_of(entry: BankEntry) -> dict:
    """What the payout's event keeps of it."""
    facts = {
        "message": entry.message.kind,
        "message_id": entry.message.sender_id,
        "bank_reference": entry.bank_reference,
        "booked_date": entry.booked_date and entry.booked_date.isoformat(),
        "code": entry.code,
        "text": entry.text,
        "entry": str(entry.id),
    }
    return {name: fact for name, fact in facts.items() if fact}


def move(remittance: Remittance, to: RemittanceState, at: dt.datetime, **changes) -> None:
    """Of a remittance that is locked, whose state has been tested."""
    Remittance.objects.filter(id=remittance.id).update(state=to, **{f"{to}_at": at}, **changes)
    remittance.refresh_from_db()


def _status(entry: BankEntry, at: dt.datetime) -> str:
    facts = {"end_to_end_id": entry.end_to_end_id} if entry.end_to_end_id else {}
    if entry.original_message_id or not facts:
        facts["file__message_id"] = entry.original_message_id
    outcomes = {_one_status(entry, remittance, at) for remittance in _find(entry, **facts)}
    return next(
        outcome for outcome in (Outcome.APPLIED, Outcome.REPEATED, Outcome.NOTED) if outcome in outcomes
    )


def _one_status(entry: BankEntry, remittance: Remittance, at: dt.datetime) -> str:
    if entry.status == CORRECTED:
        raise Parked(
            f"It arrived, and the receiving bank corrects the account ({entry.code}): ask the creator to add "
            "it anew within six banking days."
        )
    if entry.status in _ACCEPTED:
        if remittance.state == RemittanceState.REJECTED and not _rejected_by_word(remittance):
            raise Parked("The bank takes on a payment that it had refused.")
        if remittance.state not in UNDER_WAY or remittance.state == RemittanceState.ACCEPTED:
            return Outcome.REPEATED
        move(remittance, RemittanceState.ACCEPTED, at, problem="")
        return Outcome.APPLIED
    if entry.status == "RJCT" and entry.code == "DUPL" and _alone(entry):
        raise Parked("The bank takes this one payment for a repetition: ask it whether the first one left.")
    if entry.status != "RJCT" or entry.code == "DUPL":
        # pending, partly; or a message that the bank had already, which fails no payment
        return Outcome.NOTED
    if remittance.state == RemittanceState.REJECTED:
        return Outcome.REPEATED
    if remittance.state not in UNDER_WAY:
        raise Parked(f"The bank rejects a payment that is {remittance.get_state_display().lower()}.")
    move(remittance, RemittanceState.REJECTED, at, code=entry.code[:40], problem=entry.text)
    fail_payout(remittance, at=at, evidence=evidence_of(entry))
    return Outcome.APPLIED


def _rejected_by_word(remittance: Remittance) -> bool:
    """By a message of the bank, beside which its acceptance may be read in any order; or by its answer."""
    told = remittance.entries.filter(what=What.STATUS, status="RJCT", outcome=Outcome.APPLIED)
    return told.exists()


def _alone(entry: BankEntry) -> bool:
    """Whether the message says it of one payment, and something else of others."""
    others = BankEntry.objects.filter(
        message=entry.message, what=What.STATUS, original_message_id=entry.original_message_id
    )
    return bool(entry.end_to_end_id) and others.exclude(code=entry.code).exists()


def _movement(entry: BankEntry) -> Remittance:
    """The attempt of a booked movement whose amount is right. Raises Parked."""
    if not entry.end_to_end_id:
        raise Parked("The entry has no reference.")
    (remittance,) = _find(entry, end_to_end_id=entry.end_to_end_id)
    if entry.account and entry.account != rails.get(remittance.rail).account:
        raise Parked("The entry is about an account that is not ours, or not the one we paid from.")
    if entry.amount is None:
        raise Parked(entry.problem or "The entry states no amount that can be read.")
    if (entry.amount, entry.currency) != (remittance.amount, remittance.currency):
        booked, ours = (format_amount(row.amount, row.currency) for row in (entry, remittance))
        raise Parked(f"The bank booked {booked} for a payment of {ours}.")
    return remittance


def _repeated(entry: BankEntry) -> str:
    """What we know is told again, unless the bank moved the money a second time: two lines of one message, or
    of two messages of one kind under two bookings. Raises BookedTwice."""
    same = BankEntry.objects.filter(
        message__channel=entry.message.channel,
        message__kind=entry.message.kind,
        what=entry.what,
        end_to_end_id=entry.end_to_end_id,
        outcome__in=[Outcome.APPLIED, Outcome.REPEATED],
    ).exclude(pk=entry.pk)
    another = Q(message=entry.message)
    if entry.bank_reference:
        another |= ~Q(bank_reference__in=["", entry.bank_reference])
    if entry.booked_date:
        another |= Q(booked_date__isnull=False) & ~Q(booked_date=entry.booked_date)
    if same.filter(another).exists():
        raise BookedTwice("The bank booked this a second time: ask it for the money, or find what it is.")
    return Outcome.REPEATED


def _debit(entry: BankEntry, at: dt.datetime) -> str:
    remittance = _movement(entry)
    if remittance.state in {RemittanceState.SETTLED, RemittanceState.RETURNED}:
        return _repeated(entry)
    if remittance.state == RemittanceState.REJECTED:
        raise Parked("The bank booked a payment that it had rejected.")
    move(remittance, RemittanceState.SETTLED, at, problem="")
    settlement.settle(payout_id=remittance.payout_id, at=at, evidence=evidence_of(entry))
    return Outcome.APPLIED


def _return(entry: BankEntry, at: dt.datetime) -> str:
    remittance = _movement(entry)
    if remittance.state == RemittanceState.RETURNED:
        return _repeated(entry)
    if remittance.state in UNDER_WAY:
        return Outcome.WAITING  # its booking has not been told yet
    if remittance.state == RemittanceState.REJECTED:
        if entry.message.kind == "ach.return":  # ACH says both: it refuses an entry, then sends it back
            return Outcome.REPEATED
        raise Parked("The bank returned a payment that it had rejected.")
    if entry.message.kind == "bai2":
        return Outcome.WAITING  # for the file that says why
    move(remittance, RemittanceState.RETURNED, at, code=entry.code[:40], problem=entry.text)
    settlement.return_payout(
        payout_id=remittance.payout_id,
        code=remittance.code,
        at=at,
        evidence=evidence_of(entry),
        reason=str(explain(entry.code, returned=True)),
    )
    count_failure(remittance=remittance, at=at)
    return Outcome.APPLIED


def _credit(entry: BankEntry, at: dt.datetime) -> str:
    _movement(entry)
    raise Parked("It is booked neither as a debit nor as a return.")


_ACTIONS = {What.STATUS: _status, What.DEBIT: _debit, What.RETURN: _return, What.CREDIT: _credit}
