"""How a file writes what can be written in several ways. Its whole columns decide, or whoever brings it."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from partnerships.imports.days import orders_of
from partnerships.imports.dialects import Column, Kind
from partnerships.imports.files import Table, UnreadableFile

LOCALES = {"en": "1,234.56", "de": "1.234,56"}
"""How a file's numbers may be written."""
ORDERS = {"day": "31/03/2026", "month": "03/31/2026"}
_GROUPED = re.compile(r"(?<!\d)[1-9]\d{0,2}[.,]\d{3}(?!\d)")


@dataclass(frozen=True)
class Chosen:
    """What whoever brings a file says of it; "" leaves it to the file."""

    locale: str = ""
    day_order: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Reading:
    """`day_first` is None where nothing says it; `currency` is that of amounts without one; nothing in the
    file can be of a day after `latest`; `seen` counts rows that are alike; `notes` say how this was decided.
    """

    locale: str = "en"
    day_first: bool | None = None
    currency: str = ""
    layout: str = ""
    latest: dt.date | None = None
    notes: tuple[str, ...] = ()
    seen: Counter[str] = field(default_factory=Counter)


def reading_of(table: Table, columns: Sequence[Column], chosen: Chosen, today: dt.date) -> Reading:
    """Raises UnreadableFile("day_order") where days can be read in two ways and nothing says in which."""
    notes: list[str] = []
    return Reading(
        locale=chosen.locale or _locale(table, columns, notes),
        day_first=_day_first(table, columns, chosen.day_order, today, notes),
        currency=chosen.currency,
        layout=table.layout,
        latest=today + dt.timedelta(days=1),
        notes=tuple(notes),
    )


def _cells(table: Table, columns: Sequence[Column], kind: Kind) -> Iterator[tuple[int, str]]:
    """(number of the line, cell)"""
    names = [column.name for column in columns if column.kind == kind and column.name in table.titles]
    for line in table.lines:
        if not line.problem:
            yield from ((line.number, line.values[name]) for name in names if line.values[name].strip())


def _locale(table: Table, columns: Sequence[Column], notes: list[str]) -> str:
    votes: dict[str, list[tuple[int, str]]] = {"en": [], "de": []}
    for number, text in _cells(table, columns, Kind.NUMBER):
        if voted := _written_like(text):
            votes[voted].append((number, text.strip()))
    locale = "de" if len(votes["de"]) > len(votes["en"]) else "en"
    if locale == "de" or votes["de"]:
        number, text = votes[locale][0]
        notes.append(f"Amounts are read like {LOCALES[locale]}: line {number} has {text}.")
    return locale


def _written_like(text: str) -> str:
    """One of LOCALES, or "" where both could be. Money has no three decimals: 1.234 is in the thousands."""
    marks = [mark for mark in text if mark in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    if len(set(marks)) == 1 and (len(marks) > 1 or _GROUPED.search(text)):
        return "de" if last == "." else "en"
    return "en" if last == "." else "de"


def _day_first(
    table: Table, columns: Sequence[Column], chosen: str, today: dt.date, notes: list[str]
) -> bool | None:
    open_: list[tuple[int, str, dt.date, dt.date]] = []
    proof: dict[bool, tuple[int, str]] = {}
    for number, text in _cells(table, columns, Kind.DAY):
        day, month = orders_of(text) or (None, None)
        if day and month and day != month:
            open_.append((number, text, day, month))
        elif (day is None) != (month is None):
            proof.setdefault(day is not None, (number, text))
    if chosen:
        return chosen == "day"
    if len(proof) == 2:
        (first, day), (second, month) = proof[True], proof[False]
        raise UnreadableFile(
            "day_order",
            f"Line {first} has “{day}” and line {second} “{month}”: one of them is wrong. Say whether the "
            "day or the month comes first, and choose the file again.",
        )
    if proof:
        (answer, (number, text)) = proof.popitem()
        return _told(answer, open_, f"line {number} has {text}", notes)
    latest = today + dt.timedelta(days=1)
    ahead = {
        True: [row for row in open_ if row[2] > latest],
        False: [row for row in open_ if row[3] > latest],
    }
    if bool(ahead[True]) != bool(ahead[False]):
        answer = not ahead[True]
        number, text, *_ = ahead[not answer][0]
        return _told(answer, open_, f"otherwise line {number} ({text}) would lie ahead", notes)
    if open_:
        number, text, day, month = open_[0]
        raise UnreadableFile(
            "day_order",
            f"Line {number} has “{text}”, which is {day:%-d %B} or {month:%-d %B}, and no other line says "
            "which. Say whether the day or the month comes first, and choose the file again.",
        )
    return None


def _told(answer: bool, open_: list, why: str, notes: list[str]) -> bool:
    if open_:
        _, text, day, month = open_[0]
        first, meant = ("day", day) if answer else ("month", month)
        notes.append(f"Days are read {first} first, so {text} is {meant:%-d %B %Y}: {why}.")
    return answer
