"""`post` is the only writer of entries; `reverse` posts a mirror through it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import psycopg
from django.db import DatabaseError, connection
from uuid_utils.compat import uuid7

from ledger.chart import Account
from ledger.models import Entry, Posting
from ledger.operations.accounts import open_accounts
from ledger.operations.refusals import (
    AccountFrozen,
    AlreadyReversed,
    IdempotencyConflict,
    InsufficientFunds,
    InvalidEntry,
    LedgerError,
    UnknownAccount,
)
from ledger.units import LARGEST

INSUFFICIENT = "LG001"
FROZEN = "LG002"
NOT_OPEN = "LG003"


@dataclass(frozen=True)
class Transfer:
    """`amount` smallest parts from `source` to `destination`, which are kept in the same unit."""

    source: Account
    destination: Account
    amount: int

    def __post_init__(self) -> None:
        if self.source.unit != self.destination.unit:
            raise InvalidEntry(f"{self.source} and {self.destination} differ in unit.")
        if (
            not isinstance(self.amount, int)
            or isinstance(self.amount, bool)
            or not 0 < self.amount <= LARGEST
        ):
            raise InvalidEntry(f"A transfer moves a positive whole number of parts, not {self.amount!r}.")
        if self.source.id == self.destination.id:
            raise InvalidEntry(f"{self.source} can't pay itself.")
        if all(side.type.owned and side.type.folded for side in (self.source, self.destination)):
            raise InvalidEntry(f"{self.source} and {self.destination} can't pay each other: both are folded.")


@dataclass(frozen=True)
class Posted:
    """`replayed`: the key had been used for the same facts, and this is the first entry's id."""

    entry_id: uuid.UUID
    replayed: bool


def post(
    *,
    kind: str,
    key: str,
    at: dt.datetime,
    transfers: Sequence[Transfer],
    day: dt.date | None = None,
    through_freeze: bool = False,
    reason: str = "",
) -> Posted:
    """Post one balanced entry, in one round trip once its accounts are open.

    `key` makes it happen once: the same key with the same kind and transfers returns the first result.
    `day` is the UTC day it counts for, that of `at` unless told. `through_freeze` takes out of frozen
    accounts, too. `reason` is kept with the entry.

    Raises InsufficientFunds, AccountFrozen, IdempotencyConflict, InvalidEntry.
    """
    if not transfers:
        raise InvalidEntry("An entry needs at least one transfer.")
    sources = [transfer.source.id for transfer in transfers]
    destinations = [transfer.destination.id for transfer in transfers]
    amounts = [transfer.amount for transfer in transfers]
    arguments = (kind, key, at, day, sources, destinations, amounts, None, reason, through_freeze)
    try:
        return _call(*arguments)
    except UnknownAccount:
        open_accounts(account for each in transfers for account in (each.source, each.destination))
        return _call(*arguments)


def reverse(
    *,
    entry_id: uuid.UUID,
    key: str,
    reason: str,
    at: dt.datetime,
    kind: str | None = None,
    through_freeze: bool = False,
) -> Posted:
    """Post the mirror of an entry. It counts for the day of the entry that it reverses.

    Raises AlreadyReversed, InsufficientFunds (what was credited is no longer there), AccountFrozen,
    IdempotencyConflict.
    """
    entry = Entry.objects.get(id=entry_id)
    if Entry.objects.filter(reverses=entry).exclude(key=key).exists():
        raise AlreadyReversed(f"Entry {entry_id} has been reversed.")
    postings = Posting.objects.filter(entry_id=entry_id).select_related("account").order_by("account_id")
    sources, destinations, amounts = mirror(postings)
    return _call(
        kind or f"{entry.kind}.reversal",
        key,
        at,
        entry.day,
        sources,
        destinations,
        amounts,
        entry_id,
        reason,
        through_freeze,
    )


def mirror(postings: Iterable[Posting]) -> tuple[list[uuid.UUID], list[uuid.UUID], list[int]]:
    """The transfers that undo an entry's postings, which come with their accounts: in each unit, who gained
    pays those who gave."""
    sources: list[uuid.UUID] = []
    destinations: list[uuid.UUID] = []
    amounts: list[int] = []
    postings = list(postings)
    for unit in sorted({posting.account.unit for posting in postings}):
        gained = [(p.account_id, p.amount) for p in postings if p.account.unit == unit and p.amount > 0]
        gave = [(p.account_id, -p.amount) for p in postings if p.account.unit == unit and p.amount < 0]
        while gained:
            (source, given_back), (destination, missing) = gained.pop(), gave.pop()
            amount = min(given_back, missing)
            sources.append(source)
            destinations.append(destination)
            amounts.append(amount)
            if given_back > amount:
                gained.append((source, given_back - amount))
            if missing > amount:
                gave.append((destination, missing - amount))
    return sources, destinations, amounts


def _call(
    kind: str,
    key: str,
    at: dt.datetime,
    day: dt.date | None,
    sources: list[uuid.UUID],
    destinations: list[uuid.UUID],
    amounts: list[int],
    reverses: uuid.UUID | None,
    reason: str,
    through_freeze: bool,
) -> Posted:
    day = day or at.astimezone(dt.UTC).date()
    statement = (
        "SELECT entry_id, outcome FROM ledger_post(%s::uuid, %s::text, %s::text, %s::timestamptz, %s::date,"
        " %s::uuid[], %s::uuid[], %s::bigint[], %s::uuid, %s::text, %s::boolean)"
    )
    parameters = (
        uuid7(), kind, key, at, day, sources, destinations, amounts, reverses, reason, through_freeze,
    )  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            entry_id, outcome = cursor.fetchone()
    except DatabaseError as error:
        raise refusal(error) from error
    return outcome_of(entry_id, outcome, key)


def outcome_of(entry_id: uuid.UUID, outcome: str, key: str) -> Posted:
    """What a row of `ledger_post` means. Raises IdempotencyConflict."""
    if outcome == "unknown":
        raise UnknownAccount
    if outcome == "conflict":
        raise IdempotencyConflict(f"The key {key!r} was used for something else.")
    return Posted(entry_id, outcome == "replayed")


def refusal(error: DatabaseError) -> Exception:
    """The ledger's own error behind a database error of its functions, or the error itself."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return error
    if cause.diag.constraint_name == "ledger_entry_reversed_once":
        return AlreadyReversed("This entry has just been reversed under another key.")
    return refused(cause.sqlstate, cause.diag.message_detail) or error


def refused(code: str | None, detail: str | None) -> LedgerError | None:
    """What the code of a database error and its detail mean, where they are the ledger's."""
    if code == INSUFFICIENT:
        return InsufficientFunds(uuid.UUID(detail))
    if code == FROZEN:
        return AccountFrozen(uuid.UUID(detail))
    return UnknownAccount() if code == NOT_OPEN else None
