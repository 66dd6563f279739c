"""Every stream's rows in one shape: summed by day, and one by one.

Each noun that brings income gives two functions here. `sums` and `lines` count the same rows: a test of the
stream holds them together.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from partnerships.income_streams import IncomeState, Stream


@dataclass(frozen=True)
class Part:
    """What a stream's rows of one UTC day add up to, in the currency's smallest part."""

    creator_id: uuid.UUID
    date: dt.date
    currency: str
    state: IncomeState
    amount: int
    rows: int


@dataclass(frozen=True)
class Line:
    """One row that brought income, or took it back: what it was in few words, and the page that shows it."""

    date: dt.date
    label: str
    currency: str
    state: IncomeState
    amount: int
    url: str


@dataclass(frozen=True)
class Source:
    """`sums` of one creator (None: of all) on these days (None: on all); `lines` of a creator between two
    days, both inclusive, newest first."""

    sums: Callable[[uuid.UUID | None, Collection[dt.date] | None], Iterable[Part]]
    lines: Callable[[uuid.UUID, dt.date, dt.date], Iterable[Line]]


SOURCES: dict[Stream, Source] = {}
