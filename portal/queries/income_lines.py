"""The rows behind the days of the studio."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.urls import reverse

from ledger.units import DIAMOND
from partnerships.income_streams import Line, Stream
from partnerships.queries.income import SOURCES
from portal.queries.income import Earned

ROWS = 200
SPAN = dt.timedelta(days=62)


@dataclass(frozen=True)
class Day:
    """`worth` is what the day's sums come to, None where one of them has no rate; `lines` are the rows they
    are made of, each in its own unit, and `more` so many that are not among them."""

    date: dt.date
    worth: int | None
    lines: list[tuple[Stream, Line]]
    more: int


Sums = tuple[dt.date, list[Earned]]


def pages_of(found: list[Earned]) -> list[list[Sums]]:
    """What was earned, by day and newest first, in pages of some ROWS rows that lie less than SPAN apart:
    however long ago somebody looks, and however busy a day was, a page stays a page."""
    by_date: dict[dt.date, list[Earned]] = defaultdict(list)
    for day in reversed(found):
        by_date[day.date].append(day)
    pages: list[list[Sums]] = []
    room = 0
    for date, sums in by_date.items():
        rows = sum(1 if each.stream == Stream.GIFTS else each.rows for each in sums)
        if not pages or rows > room or pages[-1][0][0] - date >= SPAN:
            pages.append([])
            room = ROWS
        pages[-1].append((date, sums))
        room -= rows
    return pages


def lines_of(creator_id: uuid.UUID, days: list[Sums]) -> list[Day]:
    """`days` with their sums, newest first; one query or two a stream."""
    if not days:
        return []
    wanted = {(sum.date, sum.stream, sum.unit, sum.state) for _, sums in days for sum in sums}
    lines: dict[dt.date, list[tuple[Stream, Line]]] = defaultdict(list)
    for stream in sorted({stream for _, stream, _, _ in wanted} - {Stream.GIFTS}):
        for line in SOURCES[stream].lines(creator_id, days[-1][0], days[0][0]):
            if (line.date, stream, line.currency, line.state) in wanted:
                lines[line.date].append((stream, line))
    for date, sums in days:
        lines[date] += [(sum.stream, _gifts(sum)) for sum in sums if sum.stream == Stream.GIFTS]
    return [Day(date, _worth(sums), lines[date][:ROWS], len(lines[date][ROWS:])) for date, sums in days]


def _gifts(sum: Earned) -> Line:
    """Gifts come by the thousand: their own page has them one by one."""
    label = f"{sum.rows:,} gift{'' if sum.rows == 1 else 's'}"
    url = f"{reverse('wallets:received')}?month={sum.date:%Y-%m}"
    return Line(sum.date, label, DIAMOND, sum.state, sum.amount, url)


def _worth(sums: list[Earned]) -> int | None:
    worths = [each.worth for each in sums]
    return None if None in worths else sum(worth or 0 for worth in worths)
