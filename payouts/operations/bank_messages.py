"""Reading what the bank says, and doing what it says to payouts.

A message is kept before it is read, once. Each thing that it says becomes a row, and each row is applied in a
transaction of its own: in any order, any number of times, none stopping another. What fits nothing we sent is
parked for a person and moves nothing.
"""

import dataclasses
import datetime as dt
import hashlib
import re
import uuid

import structlog
from django.db import transaction

from ledger.units import format_amount
from payouts import rails
from payouts.models import BankEntry, BankMessage, Remittance
from payouts.operations import settlement
from payouts.operations.deliveries import fail_payout
from payouts.operations.moves import UnknownPayout, WrongState
from payouts.operations.pauses import count_failure
from payouts.operations.settlement import UnbalancedLines
from payouts.rails.failures import explain
from payouts.rails.interface import BookedEntry, PaymentStatus, UnreadableMessage, Unsure
from payouts.remittance_states import UNDER_WAY, RemittanceState

logger = structlog.get_logger(__name__)
Outcome, What = BankEntry.Outcome, BankEntry.What

_ACCEPTED = {"ACCP", "ACTC", "ACSP", "ACSC", "ACCC", "ACWC", "ACWP"}
"""ExternalPaymentTransactionStatus1Code: the bank took it on. Only a booking says that the money has left."""


_ACCOUNT = re.compile(r"\b(?:[A-Z]{2}\d{2}[A-Z0-9]{7,26}|\d{7,17})(?<=(....))\b")
"""An account in the bank's words: an IBAN, or an American number."""


class Parked(Exception):
    """The bank's word does not fit what we know; the text says how."""


def read_bank(*, at: dt.datetime) -> int:
    """Fetches and handles everything that the bank has laid out. Returns how many messages were new.

    A bank that can't be reached is passed over: what it has to say waits there."""
    fresh = 0
    for channel, rail in rails.channels().items():
        try:
            raws = rail.fetch()
        except Unsure as doubt:
            logger.warning("bank_unreachable", channel=channel, problem=str(doubt))
            continue
        fresh += keep(channel=channel, raws=raws, at=at)
    handle(at=at)
    return fresh


def keep(*, channel: str, raws: list[str], at: dt.datetime) -> int:
    """Keeps messages word for word, each once. Returns how many were not here already."""
    texts = [raw.encode(errors="replace").decode() for raw in raws]  # half a surrogate pair can't be stored
    by_digest = {hashlib.sha256(text.encode()).hexdigest(): text for text in texts}
    known = BankMessage.objects.filter(channel=channel, digest__in=by_digest).values_list("digest", flat=True)
    fresh = by_digest.keys() - set(known)
    rows = [
        BankMessage(channel=channel, digest=digest, raw=text, received_at=at)
        for digest, text in by_digest.items()
        if digest in fresh
    ]
    BankMessage.objects.bulk_create(rows, ignore_conflicts=True)  # another worker may be reading, too
    return len(rows)


def handle(*, at: dt.datetime) -> None:
    """Reads what was kept, then applies what was read; both resume where a dead worker stopped."""
    for message_id in (
        BankMessage.objects.filter(outcome="waiting").order_by("id").values_list("id", flat=True)
    ):
        _guarded(_read, message_id, at)
    # A return may be told before its booking: what still waits after the first pass gets a second.
    for _ in range(2):
        for entry_id in (
            BankEntry.objects.filter(outcome="waiting").order_by("id").values_list("id", flat=True)
        ):
            _guarded(_apply, entry_id, at)


def look_again(*, entry_id: uuid.UUID, at: dt.datetime) -> BankEntry:
    """Applies a parked entry anew, once what it lacked has been put right."""
    BankEntry.objects.filter(id=entry_id, outcome=Outcome.PARKED).update(outcome=Outcome.WAITING)
    _apply(entry_id, at)
    return BankEntry.objects.get(id=entry_id)


def _guarded(step, row_id: uuid.UUID, at: dt.datetime) -> None:
    try:
        step(row_id, at)
    except Exception:  # one bad row must not stop the others; it stays waiting and is tried again
        logger.exception("bank_message_failed", step=step.__name__, row=str(row_id))


@transaction.atomic
def _read(message_id: uuid.UUID, at: dt.datetime) -> None:
    unread = BankMessage.objects.select_for_update(skip_locked=True)
    message = unread.filter(id=message_id, outcome="waiting").first()
    if message is None:
        return
    message.processed_at = at
    try:
        said = rails.channels()[message.channel].read(message.raw)
    except UnreadableMessage as problem:
        message.outcome, message.problem = BankMessage.Outcome.UNREADABLE, str(problem)
    else:
        message.outcome = BankMessage.Outcome.READ
        message.kind, message.sender_id = said.kind, said.sender_id
        BankEntry.objects.bulk_create(
            BankEntry(message=message, position=position, **_facts(record))
            for position, record in enumerate(said.records)
        )
    message.save(update_fields=["processed_at", "outcome", "problem", "kind", "sender_id"])


def _facts(record: PaymentStatus | BookedEntry) -> dict:
    facts = dataclasses.asdict(record)
    facts["text"] = _ACCOUNT.sub(r"•••• \1", facts["text"])  # whole accounts rest encrypted, in the message
    if isinstance(record, PaymentStatus):
        return facts | {"what": What.STATUS}
    side, returned = facts.pop("side"), facts.pop("returned")
    if not side:
        return facts | {"what": What.CREDIT}
    return facts | {"what": What.RETURN if returned else What(side)}


@transaction.atomic
def _apply(entry_id: uuid.UUID, at: dt.datetime) -> None:
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
    if len(remittances) == 1:
        entry.remittance = remittances[0]
    return remittances


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
    if entry.status in _ACCEPTED:
        if remittance.state not in UNDER_WAY or remittance.state == RemittanceState.ACCEPTED:
            return Outcome.REPEATED
        move(remittance, RemittanceState.ACCEPTED, at, problem="")
        return Outcome.APPLIED
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


def _debit(entry: BankEntry, at: dt.datetime) -> str:
    remittance = _movement(entry)
    if remittance.state in {RemittanceState.SETTLED, RemittanceState.RETURNED}:
        return Outcome.REPEATED
    if remittance.state == RemittanceState.REJECTED:
        raise Parked("The bank booked a payment that it had rejected.")
    move(remittance, RemittanceState.SETTLED, at, problem="")
    settlement.settle(payout_id=remittance.payout_id, at=at, evidence=evidence_of(entry))
    return Outcome.APPLIED


def _return(entry: BankEntry, at: dt.datetime) -> str:
    remittance = _movement(entry)
    if remittance.state == RemittanceState.RETURNED:
        return Outcome.REPEATED
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
