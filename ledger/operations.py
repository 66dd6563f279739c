"""Every way to change the books. `post` is the only writer; `reverse` posts a mirror through it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import psycopg
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.module_loading import import_string
from uuid_utils.compat import uuid7

from ledger.chart import Account
from ledger.models import Account as AccountRow
from ledger.models import Credit, Entry, Posting
from ledger.models import Rate as RateRow
from ledger.rates import DECIMALS
from ledger.units import LARGEST, decimals

INSUFFICIENT = "LG001"
FROZEN = "LG002"
NOT_OPEN = "LG003"
FOLDED_AT_ONCE = 100


class LedgerError(Exception):
    """The entry was refused and nothing moved."""


class InsufficientFunds(LedgerError):
    """The entry would take an account below its floor."""

    def __init__(self, account_id: uuid.UUID) -> None:
        super().__init__(f"Account {account_id} does not hold that much.")
        self.account_id = account_id


class AccountFrozen(LedgerError):
    """The entry would take something out of a frozen account."""

    def __init__(self, account_id: uuid.UUID) -> None:
        super().__init__(f"Account {account_id} is frozen.")
        self.account_id = account_id


class IdempotencyConflict(LedgerError):
    """This key has already been used for something else."""


class KeyTaken(LedgerError):
    """Something was posted under this key before; `ledger_exchange` does not look what."""


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
) -> Posted:
    """Post one balanced entry, in one round trip once its accounts are open.

    `key` makes it happen once: the same key with the same kind and transfers returns the first result.
    `day` is the UTC day it counts for, that of `at` unless told. `through_freeze` takes out of frozen
    accounts, too.

    Raises InsufficientFunds, AccountFrozen, IdempotencyConflict, InvalidEntry.
    """
    if not transfers:
        raise InvalidEntry("An entry needs at least one transfer.")
    sources = [transfer.source.id for transfer in transfers]
    destinations = [transfer.destination.id for transfer in transfers]
    amounts = [transfer.amount for transfer in transfers]
    arguments = (kind, key, at, day, sources, destinations, amounts, None, "", through_freeze)
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


class UnknownAccount(LedgerError):
    """One of the accounts is not open yet; `open_accounts`, then post again."""


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
    if isinstance(cause, psycopg.Error) and cause.sqlstate == INSUFFICIENT:
        return InsufficientFunds(uuid.UUID(cause.diag.message_detail))
    if isinstance(cause, psycopg.Error) and cause.sqlstate == FROZEN:
        return AccountFrozen(uuid.UUID(cause.diag.message_detail))
    if isinstance(cause, psycopg.Error) and cause.sqlstate == NOT_OPEN:
        return UnknownAccount()
    if isinstance(cause, psycopg.Error) and cause.diag.constraint_name == "ledger_entry_reversed_once":
        return AlreadyReversed("This entry has just been reversed under another key.")
    if isinstance(cause, psycopg.Error) and cause.diag.constraint_name == "ledger_entry_once":
        return KeyTaken("This key has been used.")
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


def lock(accounts: Iterable[Account]) -> None:
    """Take these accounts' rows until the caller's transaction ends. Nothing is debited meanwhile; credits of
    folded accounts still come in."""
    ids = [account.id for account in accounts]
    list(AccountRow.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id"))


def freeze(accounts: Iterable[Account]) -> None:
    """From now on nothing goes out of these accounts but by `through_freeze`. May be repeated."""
    _set_frozen(accounts, frozen=True)


def thaw(accounts: Iterable[Account]) -> None:
    """Undo `freeze`. May be repeated."""
    _set_frozen(accounts, frozen=False)


def _set_frozen(accounts: Iterable[Account], *, frozen: bool) -> None:
    wanted = list(accounts)
    open_accounts(wanted)
    AccountRow.objects.filter(id__in=[account.id for account in wanted]).update(frozen=frozen)


def fold() -> int:
    """Fold every inbox that holds something, some accounts and one transaction at a time. Returns how many
    accounts were folded. Losing a fold to a crash loses nothing, so its commits don't wait for the disk."""
    folded = 0
    # The platform's accounts come last: what rode along with the others is theirs by then.
    for platform in (False, True):
        waiting = Credit.objects.filter(account__owner__isnull=platform).order_by("account_id")
        account_ids = list(waiting.values_list("account_id", flat=True).distinct())
        for start in range(0, len(account_ids), FOLDED_AT_ONCE):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('synchronous_commit', 'off', true), ledger_fold(%s::uuid[])",
                    [account_ids[start : start + FOLDED_AT_ONCE]],
                )
        folded += len(account_ids)
    return folded


class UnableToSetRate(LedgerError):
    """The rate is not positive, too fine, announced too late, or refused by a product's rule. `field` names
    what is wrong with it, where one thing is."""

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


def assert_rate(*, base: str, quote: str, value: Decimal, effective_at: dt.datetime, at: dt.datetime) -> None:
    """Whether the rate may be announced: history stays as it was, so `effective_at` may not lie before `at`,
    nor sooner than `rate_notice` says; and the rules of `settings.LEDGER_RATE_RULES` (dotted paths of
    functions of base, quote, value and effective_at) may refuse.

    Raises UnableToSetRate, ledger.units.UnknownUnit.
    """
    for unit in (base, quote):
        decimals(unit)
    if base == quote:
        raise UnableToSetRate("A rate joins two units.", "quote")
    if value <= 0 or value != value.quantize(DECIMALS):
        raise UnableToSetRate("A rate is positive, with at most ten decimals.", "value")
    if effective_at < at:
        raise UnableToSetRate("A rate can't change the past: choose a moment from now on.", "effective_at")
    notice = rate_notice(base, quote)
    if effective_at < at + notice:
        raise UnableToSetRate(
            f"What a {base} is worth in {quote} is announced {notice.days} days ahead: choose a moment from "
            f"{at + notice:%Y-%m-%d %H:%M} UTC on.",
            "effective_at",
        )
    for path in settings.LEDGER_RATE_RULES:
        import_string(path)(base=base, quote=quote, value=value, effective_at=effective_at)


def rate_notice(base: str, quote: str) -> dt.timedelta:
    """How long ahead a rate between these units is announced: `settings.LEDGER_RATE_NOTICE`, in days."""
    return dt.timedelta(days=settings.LEDGER_RATE_NOTICE.get(f"{base}/{quote}", 0))


def set_rate(
    *,
    base: str,
    quote: str,
    value: Decimal,
    effective_at: dt.datetime,
    at: dt.datetime,
    by: uuid.UUID | None,
    reason: str,
) -> uuid.UUID:
    """Announce that one `base` is worth `value` of `quote` from `effective_at` on. Returns the row's id.

    Raises UnableToSetRate, ledger.units.UnknownUnit: see `assert_rate`.
    """
    assert_rate(base=base, quote=quote, value=value, effective_at=effective_at, at=at)
    try:
        with transaction.atomic():
            return RateRow.objects.create(
                base=base, quote=quote, value=value, effective_at=effective_at, set_by_id=by, reason=reason
            ).id
    except IntegrityError as error:
        raise UnableToSetRate(
            "Another rate is already announced for that very moment.", "effective_at"
        ) from error
