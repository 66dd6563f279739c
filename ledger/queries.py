"""Every way to read the books."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ledger.audit import Finding, audit
from ledger.chart import Account, AccountType
from ledger.holders import debtors, holders, owners_holding
from ledger.models import Account as AccountRow
from ledger.models import DayTotal, Entry, Posting, Waiting
from ledger.models import Rate as RateRow
from ledger.moments import SKEW, first_id, moved
from ledger.movements import (
    Horizon,
    Movement,
    first_movement_at,
    movements,
    recorded_until_now,
    sums_within,
)
from ledger.rates import NoRate, Rate, rate, rates_on

__all__ = [
    "Day",
    "Finding",
    "Horizon",
    "Lifetime",
    "Line",
    "Movement",
    "NoRate",
    "Rate",
    "Stretch",
    "audit",
    "balance",
    "balance_at",
    "balances",
    "by_day",
    "debits_between",
    "debtors",
    "entries_of",
    "entry_of",
    "first_id",
    "first_movement_at",
    "holders",
    "holdings",
    "is_frozen",
    "lifetime",
    "movements",
    "owners_holding",
    "platform_balances",
    "postings_of",
    "rate",
    "rate_changes",
    "rates_on",
    "recorded_until_now",
    "reversals_of",
    "statement",
    "stretches",
    "sums_within",
]


def rate_changes(*, since: dt.datetime) -> list[Rate]:
    """The set rates that come into force at `since` or later, in that order."""
    rows = RateRow.objects.filter(effective_at__gte=since).order_by("effective_at", "id")
    return [Rate(row.base, row.quote, row.value, "set", row.effective_at, row.id) for row in rows]


def balance(account: Account) -> int:
    """In the smallest part of the account's unit; 0 for one that was never used."""
    return balances([account])[account]


def balances(accounts: Iterable[Account]) -> dict[Account, int]:
    """Several balances, as they stand together at one moment."""
    wanted = {account.id: account for account in accounts}
    found = {account: 0 for account in wanted.values()}
    inbox = _inbox(*wanted.values()).filter(account_id=OuterRef("id")).values("account_id")
    waiting = Subquery(inbox.annotate(sum=Sum("amount")).values("sum"), output_field=BigIntegerField())
    rows = AccountRow.objects.filter(id__in=wanted).values_list("id", F("total") + Coalesce(waiting, 0))
    for account_id, amount in rows:
        found[wanted[account_id]] = amount
    return found


def holdings(owner_id: uuid.UUID, account_types: Iterable[AccountType]) -> dict[Account, int]:
    """Every balance that a person has in accounts of these types, in whichever units, as they stand together
    at one moment."""
    types = {account_type.code: account_type for account_type in account_types}
    inbox = Waiting.objects.filter(rides=False, account_id=OuterRef("id")).values("account_id")
    waiting = Subquery(inbox.annotate(sum=Sum("amount")).values("sum"), output_field=BigIntegerField())
    rows = AccountRow.objects.filter(owner_id=owner_id, code__in=types).order_by("code", "unit")
    return {
        types[code].of(owner_id, unit): amount
        for code, unit, amount in rows.values_list("code", "unit", F("total") + Coalesce(waiting, 0))
    }


def _inbox(*accounts: Account) -> QuerySet[Waiting]:
    """What waits to be folded, of these and maybe of others. Only accounts of the platform ride along with
    others, and looking for riders means reading the whole inbox."""
    owned = all(account.type.owned for account in accounts)
    return Waiting.objects.filter(rides=False) if owned else Waiting.objects.all()


def _postings(account: Account) -> QuerySet[Posting]:
    """By index, but for the platform's accounts that keep no balance on their row."""
    postings = Posting.objects.filter(account_id=account.id)
    return postings.filter(listed=True) if account.type.owned or not account.type.folded else postings


def balance_at(account: Account, moment: dt.datetime) -> int:
    """The balance from all that happened up to and including `moment`."""
    return _postings(account).filter(entry__at__lte=moment).aggregate(total=Sum("amount"))["total"] or 0


def platform_balances() -> dict[tuple[str, str], int]:
    """{(code, unit): balance} summed over all owners of each type of account."""
    rows = AccountRow.objects.values_list("code", "unit").annotate(amount=Sum("total"))
    found = {(code, unit): amount for code, unit, amount in rows}
    waiting = Waiting.objects.values_list("account__code", "account__unit")
    for code, unit, amount in waiting.annotate(inbox=Sum("amount")):
        found[code, unit] += amount
    return found


@dataclass(frozen=True)
class Lifetime:
    """Everything a running account was ever credited and debited."""

    credited: int
    debited: int


def lifetime(account: Account) -> Lifetime:
    row = AccountRow.objects.filter(id=account.id).values_list("credited", "debited").first()
    return Lifetime(*(row or (0, 0)))


@dataclass(frozen=True)
class Stretch:
    """Where a posting of a running account lies among all that was ever credited to it, or debited: from
    `start` on, up to and without `stop`."""

    entry_id: uuid.UUID
    start: int
    stop: int


def stretches(account: Account, entry_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Stretch]:
    """By entry; an entry that did not touch the account is missing."""
    rows = _postings(account).filter(entry_id__in=list(entry_ids), lifetime__isnull=False)
    return {row.entry_id: row for row in _stretches(rows)}


def debits_between(account: Account, start: int, stop: int, *, since: uuid.UUID) -> list[Stretch]:
    """The debits of a running account that share something with [start, stop) of all it was ever debited, in
    that order. `since` is an entry before which none of them can have come, such as the one that credited
    what they spent: nothing older is read, nor what came well after.

    Keys are made a moment before the account is locked, so their order is not quite that of the debits."""
    debits = _postings(account).filter(amount__lt=0, entry_id__gte=moved(since, -SKEW))
    beyond = debits.filter(lifetime__gte=stop).order_by("entry_id").values_list("entry_id", flat=True).first()
    if beyond is not None:
        debits = debits.filter(entry_id__lte=moved(beyond, SKEW))
    rows = debits.filter(lifetime__lt=stop, lifetime__gt=start + F("amount")).order_by("lifetime")
    return _stretches(rows)


def _stretches(rows: QuerySet[Posting]) -> list[Stretch]:
    return [
        Stretch(entry_id, start, start + abs(amount))
        for entry_id, start, amount in rows.values_list("entry_id", "lifetime", "amount")
        if start is not None
    ]


def reversals_of(entry_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """{entry: the entry that reversed it} for those that were reversed."""
    rows = Entry.objects.filter(reverses__in=list(entry_ids))
    return {first: reversal for first, reversal in rows.values_list("reverses_id", "id") if first}


def is_frozen(account: Account) -> bool:
    return AccountRow.objects.filter(id=account.id, frozen=True).exists()


@dataclass(frozen=True)
class Line:
    """One line of a statement. `balance` is what the account held after it."""

    entry_id: uuid.UUID
    kind: str
    key: str
    at: dt.datetime
    amount: int
    balance: int
    reason: str


def statement(
    account: Account, *, limit: int = 50, before: uuid.UUID | None = None, after: uuid.UUID | None = None
) -> list[Line]:
    """The newest `limit` lines, newest first: of all, of those older than the entry `before`, or the ones
    next to the entry `after` among those newer than it."""
    held = balance(account)
    facts = ("entry_id", "entry__kind", "entry__key", "entry__at", "entry__reason")
    sums = _postings(account).values_list(*facts).annotate(sum=Sum("amount"))
    if after is not None:
        rows = list(sums.filter(entry_id__gt=after).order_by("entry_id")[:limit])[::-1]
    else:
        older = sums if before is None else sums.filter(entry_id__lt=before)
        rows = list(older.order_by("-entry_id")[:limit])
    if rows and (before or after):
        newer = _postings(account).filter(entry_id__gt=rows[0][0]).aggregate(total=Sum("amount"))["total"]
        held -= newer or 0
    lines = []
    for entry_id, kind, key, at, reason, amount in rows:
        lines.append(Line(entry_id, kind, key, at, amount, held, reason))
        held -= amount
    return lines


@dataclass(frozen=True)
class Day:
    """What one kind of entry added to an account on one UTC day."""

    day: dt.date
    kind: str
    amount: int
    entries: int


def by_day(
    account: Account, *, since: dt.date | None = None, until: dt.date | None = None, kinds: Sequence[str] = ()
) -> list[Day]:
    """The roll-up of a folded account, inbox included, by day and kind; both ends of the range inclusive."""
    matching = Q(account_id=account.id)
    if since is not None:
        matching &= Q(day__gte=since)
    if until is not None:
        matching &= Q(day__lte=until)
    if kinds:
        matching &= Q(kind__in=kinds)
    rolled = DayTotal.objects.filter(matching).values_list("day", "kind", "amount", "entries")
    waiting = _inbox(account).filter(matching).values_list("day", "kind", "amount", "entries")
    # One statement, so that a fold in between shows an amount neither twice nor not at all.
    sums: dict[tuple[dt.date, str], tuple[int, int]] = {}
    for day, kind, amount, entries in rolled.union(waiting, all=True):
        known = sums.get((day, kind), (0, 0))
        sums[day, kind] = (known[0] + int(amount), known[1] + entries)
    return [Day(day, kind, amount, entries) for (day, kind), (amount, entries) in sorted(sums.items())]


def postings_of(entry_id: uuid.UUID) -> list[tuple[str, str, int]]:
    """(type code, unit, amount) of each account that an entry moved: what it got, less what it gave."""
    sums = Posting.objects.filter(entry_id=entry_id).values_list("account_id").annotate(sum=Sum("amount"))
    rows = sums.exclude(sum=0).order_by("account__code", "account__unit")
    return list(rows.values_list("account__code", "account__unit", "sum"))


def entries_of(account: Account, since: dt.datetime | None = None) -> QuerySet[Posting, uuid.UUID]:
    """The ids of all entries that touched the account, to be used inside another query. `since` leaves out
    what was written before (give or take an hour), so that a long life costs nothing."""
    postings = _postings(account)
    if since is not None:
        postings = postings.filter(entry_id__gte=first_id(since - SKEW))
    return postings.values_list("entry_id", flat=True)


def entry_of(key: str) -> uuid.UUID | None:
    """The id of the entry posted under this key."""
    return Entry.objects.filter(key=key).values_list("id", flat=True).first()
