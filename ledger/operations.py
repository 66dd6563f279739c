"""Every way to change the books. `post` is the only writer; `reverse` posts a mirror through it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import DatabaseError, connection
from uuid_utils.compat import uuid7

from ledger.chart import Account
from ledger.models import Account as AccountRow
from ledger.models import Credit, Entry, Posting
from ledger.units import LARGEST

INSUFFICIENT = "LG001"


class LedgerError(Exception):
    """The entry was refused and nothing moved."""


class InsufficientFunds(LedgerError):
    """The entry would take an account below its floor."""

    def __init__(self, account_id: uuid.UUID) -> None:
        super().__init__(f"Account {account_id} does not hold that much.")
        self.account_id = account_id


class IdempotencyConflict(LedgerError):
    """This key has already been used for something else."""


class InvalidEntry(LedgerError):
    """The entry makes no sense: no transfers, an amount that is not positive, units that differ."""


class AlreadyReversed(LedgerError):
    """An entry can be reversed once."""


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


@dataclass(frozen=True)
class Posted:
    """`replayed`: the key had been used for the same facts, and this is the first entry's id."""

    entry_id: uuid.UUID
    replayed: bool


def post(
    *, kind: str, key: str, at: dt.datetime, transfers: Sequence[Transfer], day: dt.date | None = None
) -> Posted:
    """Post one balanced entry, in one round trip once its accounts are open.

    `key` makes it happen once: the same key with the same kind and transfers returns the first result.
    `day` is the UTC day it counts for, that of `at` unless told.

    Raises InsufficientFunds, IdempotencyConflict, InvalidEntry.
    """
    if not transfers:
        raise InvalidEntry("An entry needs at least one transfer.")
    sources = [transfer.source.id for transfer in transfers]
    destinations = [transfer.destination.id for transfer in transfers]
    amounts = [transfer.amount for transfer in transfers]
    arguments = (kind, key, at, day, sources, destinations, amounts, None, "")
    try:
        return _call(*arguments)
    except _UnknownAccount:
        open_accounts(account for each in transfers for account in (each.source, each.destination))
        return _call(*arguments)


def reverse(
    *, entry_id: uuid.UUID, key: str, reason: str, at: dt.datetime, kind: str | None = None
) -> Posted:
    """Post the mirror of an entry. It counts for the day of the entry that it reverses.

    Raises AlreadyReversed, InsufficientFunds (what was credited is no longer there), IdempotencyConflict.
    """
    entry = Entry.objects.get(id=entry_id)
    if Entry.objects.filter(reverses=entry).exclude(key=key).exists():
        raise AlreadyReversed(f"Entry {entry_id} has been reversed.")
    sources, destinations, amounts = _mirror(entry_id)
    return _call(
        kind or f"{entry.kind}.reversal", key, at, entry.day, sources, destinations, amounts, entry_id, reason
    )


def _mirror(entry_id: uuid.UUID) -> tuple[list[uuid.UUID], list[uuid.UUID], list[int]]:
    """The transfers that undo an entry's postings: in each unit, who gained pays those who gave."""
    sources: list[uuid.UUID] = []
    destinations: list[uuid.UUID] = []
    amounts: list[int] = []
    postings = list(
        Posting.objects.filter(entry_id=entry_id).select_related("account").order_by("account_id")
    )
    for unit in sorted({posting.account.unit for posting in postings}):
        gained = [[p.account_id, p.amount] for p in postings if p.account.unit == unit and p.amount > 0]
        gave = [[p.account_id, -p.amount] for p in postings if p.account.unit == unit and p.amount < 0]
        while gained:
            amount = min(gained[0][1], gave[0][1])
            sources.append(gained[0][0])
            destinations.append(gave[0][0])
            amounts.append(amount)
            for side in (gained, gave):
                side[0][1] -= amount
                if side[0][1] == 0:
                    side.pop(0)
    return sources, destinations, amounts


class _UnknownAccount(Exception):
    """One of the accounts is not open yet; nothing was done."""


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
) -> Posted:
    day = day or at.astimezone(dt.UTC).date()
    statement = (
        "SELECT entry_id, outcome FROM ledger_post(%s::uuid, %s::text, %s::text, %s::timestamptz, %s::date,"
        " %s::uuid[], %s::uuid[], %s::bigint[], %s::uuid, %s::text)"
    )
    parameters = (uuid7(), kind, key, at, day, sources, destinations, amounts, reverses, reason)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            row = cursor.fetchone()
    except DatabaseError as error:
        raise refusal(error) from error
    return outcome_of(*row, key)


def outcome_of(entry_id: uuid.UUID, outcome: str, key: str) -> Posted:
    """What a row of `ledger_post` means. Raises IdempotencyConflict."""
    if outcome == "unknown":
        raise _UnknownAccount
    if outcome == "conflict":
        raise IdempotencyConflict(f"The key {key!r} was used for something else.")
    return Posted(entry_id, outcome == "replayed")


def refusal(error: DatabaseError) -> Exception:
    """The ledger's own error behind a database error raised by `ledger_post`, or the error itself."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) == INSUFFICIENT:
        return InsufficientFunds(uuid.UUID(cause.diag.message_detail))
    return error


def open_accounts(accounts: Iterable[Account]) -> None:
    """Open what is not open yet. Posting does so by itself; callers may do it ahead."""
    rows = {
        account.id: AccountRow(
            id=account.id,
            owner_id=account.owner_id,
            code=account.type.code,
            unit=account.unit,
            folded=account.type.folded,
            floor=account.type.floor,
        )
        for account in accounts
    }
    AccountRow.objects.bulk_create(rows.values(), ignore_conflicts=True)


def fold() -> int:
    """Fold every inbox that holds something, one account and one transaction at a time. Returns how many
    accounts were folded. Losing a fold to a crash loses nothing, so its commits don't wait for the disk."""
    waiting = list(Credit.objects.order_by("account_id").values_list("account_id", flat=True).distinct())
    with connection.cursor() as cursor:
        for account_id in waiting:
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'off', true), ledger_fold(%s::uuid)", [account_id]
            )
    return len(waiting)
