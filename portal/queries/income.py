"""All income of a creator side by side: gifts from the ledger's roll-up, the rest from `IncomeDay`.

Each day's sum is worth what its own day's rate says, rounded once; every figure above it is a sum of those,
so that months, streams, drill-down and CSV agree to the last part.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from ledger.chart import CREATOR_DIAMONDS_PENDING
from ledger.queries import by_day, rates_on
from ledger.rates import convert
from ledger.units import DIAMOND
from partnerships.income_streams import IncomeState, Stream
from partnerships.queries.income import days_between
from wallets.queries.gifts import GIFT, UNDO
from wallets.queries.reserve import RELEASE

PERIODS = (6, 12, 24, 60)
"""Months that the studio can show at once."""


@dataclass(frozen=True)
class Earned:
    """What `rows` rows of a stream brought on one UTC day. `amount` in the smallest part of `unit`, which is
    a currency or DIAMOND; `worth` in that of the reader's currency, None where no rate leads there."""

    stream: Stream
    date: dt.date
    unit: str
    state: IncomeState
    amount: int
    rows: int
    worth: int | None


def earned(
    creator_id: uuid.UUID,
    *,
    since: dt.date,
    until: dt.date,
    currency: str,
    streams: Collection[Stream] = tuple(Stream),
) -> list[Earned]:
    """Both ends inclusive, oldest first; what was taken back stands below zero."""
    found = []
    if Stream.GIFTS in streams:
        found += _gifts(creator_id, since, until)
    others = [stream for stream in streams if stream != Stream.GIFTS]
    found += days_between(creator_id, since=since, until=until, streams=others)
    worth = Worth(currency, ((unit, date) for _, date, unit, *_ in found))
    return [
        Earned(stream, date, unit, state, amount, rows, worth.of(amount, unit, date))
        for stream, date, unit, state, amount, rows in sorted(found, key=lambda each: (each[1], each[0]))
    ]


class Worth:
    """What amounts of other days are worth in one currency, by the rates as each UTC day began: at most three
    queries for all of them, and one more for each further currency."""

    def __init__(self, currency: str, wanted: Iterable[tuple[str, dt.date]]) -> None:
        self.currency = currency
        days: dict[str, set[dt.date]] = defaultdict(set)
        for unit, date in wanted:
            days[unit].add(date)
        self._rates = {unit: self._value(unit, dates) for unit, dates in days.items()}

    def _value(self, unit: str, dates: set[dt.date]) -> dict[dt.date, Decimal]:
        if unit != DIAMOND:
            return rates_on(unit, self.currency, dates)
        dollars, rest = rates_on(DIAMOND, "USD", dates), rates_on("USD", self.currency, dates)
        return {date: dollars[date] * rest[date] for date in dates if date in dollars and date in rest}

    def of(self, amount: int, unit: str, date: dt.date) -> int | None:
        value = self._rates[unit].get(date)
        return None if value is None else convert(amount, unit, self.currency, value, ROUND_HALF_EVEN)


def _gifts(creator_id: uuid.UUID, since: dt.date, until: dt.date) -> list[tuple]:
    """By day: what has not been released yet is pending, the rest was credited. An undo takes its gift off
    the count; a dispute leaves the gift sent."""
    earned_on: dict[dt.date, int] = defaultdict(int)
    released_on: dict[dt.date, int] = defaultdict(int)
    count_on: dict[dt.date, int] = defaultdict(int)
    for part in by_day(CREATOR_DIAMONDS_PENDING.of(creator_id), since=since, until=until):
        if part.kind == RELEASE:
            released_on[part.day] -= part.amount
            continue
        earned_on[part.day] += part.amount
        count_on[part.day] += {GIFT: part.entries, UNDO: -part.entries}.get(part.kind, 0)
    found = []
    for day, diamonds in earned_on.items():
        credited = min(released_on[day], diamonds)
        pending = diamonds - credited
        if credited or not pending:
            count = 0 if pending else count_on[day]
            found.append((Stream.GIFTS, day, DIAMOND, IncomeState.CREDITED, credited, count))
        if pending:
            found.append((Stream.GIFTS, day, DIAMOND, IncomeState.PENDING, pending, count_on[day]))
    return found


@dataclass(frozen=True)
class Row:
    """One stream (None: all of them) over a period; amounts in the reader's currency. `months` runs beside
    `Income.months`. `share` of the period's total and `growth` against as long a time before are per mille,
    and None where there is nothing to divide by."""

    stream: Stream | None
    months: list[int]
    earned: int
    pending: int
    credited: int
    paid: int
    rows: int
    before: int
    share: int | None
    growth: int | None

    @property
    def states(self) -> list[tuple[IncomeState, int]]:
        return [
            (IncomeState.PENDING, self.pending),
            (IncomeState.CREDITED, self.credited),
            (IncomeState.PAID, self.paid),
        ]

    @property
    def label(self) -> str:
        return "All income" if self.stream is None else self.stream.label


@dataclass(frozen=True)
class Income:
    """A period of whole months, the last one as far as it has come. `unvalued` units have no rate and are in
    no figure but their own rows."""

    currency: str
    since: dt.date
    until: dt.date
    months: list[dt.date]
    rows: list[Row]
    total: Row
    unvalued: list[str]

    @property
    def by_month(self) -> list[tuple[dt.date, list[tuple[Stream | None, int]], int]]:
        """(first day, (stream, earned) in the order of `rows`, all of them), oldest first."""
        return [
            (first, [(row.stream, row.months[place]) for row in self.rows], self.total.months[place])
            for place, first in enumerate(self.months)
        ]


def income(
    creator_id: uuid.UUID,
    *,
    months: int,
    today: dt.date,
    currency: str,
    streams: Collection[Stream] = tuple(Stream),
) -> Income:
    """The last `months` calendar months (UTC), the current one included; streams that brought nothing in
    twice that time are left out."""
    this = today.replace(day=1)
    firsts = [months_before(this, back) for back in reversed(range(months))]
    start = months_before(firsts[0], months)
    # As far into its last month as today is into this one.
    before_until = min(months_before(this, months) + (today - this), firsts[0] - dt.timedelta(days=1))
    days = earned(creator_id, since=start, until=today, currency=currency, streams=streams)
    valued = [day for day in days if day.worth is not None]
    within = [day for day in valued if day.date >= firsts[0]]
    before = [day for day in valued if day.date <= before_until]
    everything = sum(day.worth or 0 for day in within)
    present = [stream for stream in streams if any(day.stream == stream for day in valued)]
    rows = [
        _row(
            stream,
            firsts,
            [day for day in within if day.stream == stream],
            [day for day in before if day.stream == stream],
            everything,
        )
        for stream in present
    ]
    return Income(
        currency=currency,
        since=firsts[0],
        until=today,
        months=firsts,
        rows=rows,
        total=_row(None, firsts, within, before, everything),
        unvalued=sorted({day.unit for day in days if day.worth is None}),
    )


def _row(
    stream: Stream | None, firsts: list[dt.date], within: list[Earned], before: list[Earned], everything: int
) -> Row:
    by_month = dict.fromkeys(firsts, 0)
    by_state = dict.fromkeys(IncomeState, 0)
    for day in within:
        by_month[day.date.replace(day=1)] += day.worth or 0
        by_state[IncomeState(day.state)] += day.worth or 0
    amount = sum(by_month.values())
    earlier = sum(day.worth or 0 for day in before)
    return Row(
        stream=stream,
        months=list(by_month.values()),
        earned=amount,
        pending=by_state[IncomeState.PENDING],
        credited=by_state[IncomeState.CREDITED],
        paid=by_state[IncomeState.PAID],
        rows=sum(day.rows for day in within),
        before=earlier,
        share=round(1000 * amount / everything) if everything > 0 else None,
        growth=round(1000 * (amount - earlier) / earlier) if earlier > 0 else None,
    )


def months_before(first: dt.date, months: int) -> dt.date:
    """The first day of the month so many months earlier."""
    ordinal = first.year * 12 + first.month - 1 - months
    return dt.date(ordinal // 12, ordinal % 12 + 1, 1)
