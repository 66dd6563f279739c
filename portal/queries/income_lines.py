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


@dataclass(frozen=True)
class Day:
    """`worth` is what the day's sums come to, None where one of them has no rate; `lines` are the rows they
    are made of, each in its own unit."""

    date: dt.date
    worth: int | None
    lines: list[tuple[Stream, Line]]


def lines_of(creator_id: uuid.UUID, days: list[tuple[dt.date, list[Earned]]]) -> list[Day]:
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
    return [Day(date, _worth(sums), lines[date]) for date, sums in days]


def _gifts(sum: Earned) -> Line:
    """Gifts come by the thousand: their own page has them one by one."""
    label = f"{sum.rows:,} gift{'' if sum.rows == 1 else 's'}"
    url = f"{reverse('wallets:received')}?month={sum.date:%Y-%m}"
    return Line(sum.date, label, DIAMOND, sum.state, sum.amount, url)


def _worth(sums: list[Earned]) -> int | None:
    worths = [each.worth for each in sums]
    return None if None in worths else sum(worth or 0 for worth in worths)
