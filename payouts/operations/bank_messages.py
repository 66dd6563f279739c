"""Reading what the bank says.

A message is kept before it is read, once. Each thing that it says becomes a row, and each row is applied
(`bank_words`) in a transaction of its own: in any order, any number of times, none stopping another.
"""

import dataclasses
import datetime as dt
import hashlib
import uuid

import structlog
from django.db import transaction

from payouts import rails
from payouts.models import BankEntry, BankMessage
from payouts.operations.bank_words import apply
from payouts.rails.interface import BookedEntry, PaymentStatus, UnreadableMessage, Unsure
from payouts.rails.masking import hide_accounts

logger = structlog.get_logger(__name__)
Outcome, What = BankEntry.Outcome, BankEntry.What


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
        except Exception:  # one bank's surprise must not keep the others' words from being read
            logger.exception("bank_not_read", channel=channel)
            continue
        fresh += len(keep(channel=channel, raws=raws, at=at))
    handle(at=at)
    return fresh


def keep(*, channel: str, raws: list[str], at: dt.datetime, by=None) -> list[BankMessage]:
    """Keeps messages word for word, each once. Returns those that were not here already.

    One that a person (`by`) brought waits for another's word, unless the bank itself sends it, too."""
    texts = [raw.encode(errors="replace").decode() for raw in raws]  # half a surrogate pair can't be stored
    by_digest = {hashlib.sha256(text.encode()).hexdigest(): text for text in texts}
    known = BankMessage.objects.filter(channel=channel, digest__in=by_digest).values_list("digest", flat=True)
    fresh = by_digest.keys() - set(known)
    brought = {"outcome": BankMessage.Outcome.BROUGHT, "brought_by": by, "brought_at": at} if by else {}
    rows = [
        BankMessage(channel=channel, digest=digest, raw=text, received_at=at, **brought)
        for digest, text in by_digest.items()
        if digest in fresh
    ]
    BankMessage.objects.bulk_create(rows, ignore_conflicts=True)  # another worker may be reading, too
    if by is None:
        unheard = BankMessage.objects.filter(channel=channel, digest__in=by_digest)
        unheard = unheard.filter(outcome__in=[BankMessage.Outcome.BROUGHT, BankMessage.Outcome.THROWN_AWAY])
        unheard.update(outcome="waiting", problem="", brought_by=None, brought_at=None)
    return rows


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
            _guarded(apply, entry_id, at)


def look_again(*, entry_id: uuid.UUID, at: dt.datetime) -> BankEntry:
    """Applies a parked entry anew, once what it lacked has been put right."""
    BankEntry.objects.filter(id=entry_id, outcome=Outcome.PARKED).update(outcome=Outcome.WAITING)
    apply(entry_id, at)
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
    facts["text"] = hide_accounts(facts["text"])  # whole accounts rest encrypted, in the message
    if isinstance(record, PaymentStatus):
        return facts | {"what": What.STATUS}
    side, returned = facts.pop("side"), facts.pop("returned")
    if not side:
        return facts | {"what": What.CREDIT}
    return facts | {"what": What.RETURN if returned else What(side)}
