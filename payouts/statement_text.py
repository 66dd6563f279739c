"""A statement as CSV text, written and read back. Everything else that shows one is made from this text.

Each row belongs to an `account`: the creator's balances in one unit, or the payouts in one currency. Its rows
are one `opening`, the `line`s, and one `closing`, which is the sum of the rows before it in every column.
Amounts are decimals of the unit with a point; `total` is the sum of the places, and of payouts the amount."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ledger.units import to_decimal, to_parts

PLACES = ("pending", "available", "held", "owed")
COLUMNS = ("row", "account", "unit", "date", "what", "reference", "count", *PLACES, "total")
BALANCE, PAYOUTS = "balance", "payouts"
ABOUT = "about"


class DoesNotAddUp(Exception):
    """The closing row is not the sum of the rows before it."""


@dataclass(frozen=True)
class Line:
    """`places` in the smallest part of the account's unit, in the order of PLACES; none of payouts."""

    date: str
    what: str
    total: int
    places: tuple[int, ...] = ()
    reference: str = ""
    count: int = 1


@dataclass
class Part:
    """One account of a statement. `opening` and `closing` as `Line.places`, of payouts alone a total."""

    account: str
    unit: str
    opening: tuple[int, ...]
    lines: list[Line] = field(default_factory=list)

    @property
    def closing(self) -> tuple[int, ...]:
        columns = zip(self.opening, *(self._numbers(line) for line in self.lines), strict=True)
        return tuple(map(sum, columns))

    @property
    def total(self) -> int:
        return sum(self.closing)

    def _numbers(self, line: Line) -> tuple[int, ...]:
        return line.places if self.account == BALANCE else (line.total,)


def write(facts: dict[str, str], parts: Iterable[Part]) -> str:
    """`facts` are told ahead of the accounts."""
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    table.writeheader()
    for what, reference in facts.items():
        table.writerow({"row": ABOUT, "what": what, "reference": reference})
    for part in parts:
        for row, numbers, facts_of_row in _rows(part):
            table.writerow(
                {"row": row, "account": part.account, "unit": part.unit, **facts_of_row}
                | _written(part, numbers)
            )
    return out.getvalue()


def _rows(part: Part):
    yield "opening", part.opening, {"what": "Opening"}
    for line in part.lines:
        told = {"date": line.date, "what": line.what, "reference": line.reference, "count": line.count}
        yield "line", line.places or (line.total,), told
    yield "closing", part.closing, {"what": "Closing"}


def _written(part: Part, numbers: tuple[int, ...]) -> dict[str, str]:
    columns = {"total": sum(numbers)}
    if part.account == BALANCE:
        columns |= dict(zip(PLACES, numbers, strict=True))
    return {name: f"{to_decimal(parts, part.unit):f}" for name, parts in columns.items()}


def read(content: str) -> tuple[dict[str, str], list[Part]]:
    """The facts and accounts of a text that `write` made. Raises DoesNotAddUp."""
    facts: dict[str, str] = {}
    parts: list[Part] = []
    for row in csv.DictReader(io.StringIO(content, newline="")):
        if row["row"] == ABOUT:
            facts[row["what"]] = row["reference"]
            continue
        names = PLACES if row["account"] == BALANCE else ("total",)
        numbers = tuple(to_parts(Decimal(row[name]), row["unit"]) for name in names)
        if row["row"] == "opening":
            parts.append(Part(row["account"], row["unit"], numbers))
        elif row["row"] == "closing":
            if numbers != parts[-1].closing:
                raise DoesNotAddUp(f"The {parts[-1].account} in {row['unit']} don't add up.")
        else:
            places = numbers if row["account"] == BALANCE else ()
            parts[-1].lines.append(
                Line(row["date"], row["what"], sum(numbers), places, row["reference"], int(row["count"]))
            )
    return facts, parts
