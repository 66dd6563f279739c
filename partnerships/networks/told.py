"""One commission as a file tells it, and what the networks' readers share."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from partnerships.imports import BadRow, Cells
from partnerships.network_states import CommissionState

LONGEST = 200
EARLIEST = dt.date(1996, 1, 1)
"""The first of these networks began in that year."""
YES = frozenset({"1", "yes", "y", "true", "paid", "paid to publisher", "ja", "oui", "sí", "si", "bezahlt"})


@dataclass(frozen=True)
class Told:
    """Amounts in the smallest part of their currency; no sale where the file has none."""

    id: str
    date: dt.date
    state: CommissionState
    currency: str
    amount: int
    sale: int | None = None
    sale_currency: str = ""
    advertiser: str = ""
    label: str = ""
    reference: str = ""
    reason: str = ""


def state_of(cells: Cells, name: str, states: Mapping[str, CommissionState]) -> CommissionState:
    told = cells.text(name)
    try:
        return states[told.casefold()]
    except KeyError as error:
        raise BadRow(f"Its state “{told}” is none that we know: {', '.join(states)}.") from error


def money(cells: Cells, name: str, code: str = "") -> tuple[int, str]:
    """(amount, currency); `code` where a column of its own names the currency. Raises BadRow."""
    currency = code or cells.currency_of(name)
    if not currency:
        raise BadRow("Nothing says in which currency it is. Choose one, and bring the file again.")
    return cells.parts(name, currency, rounded=True), currency


def sale_of(cells: Cells, name: str, code: str = "", fallback: str = "") -> tuple[int | None, str]:
    """(amount, currency), which needn't be the commission's; (None, "") where there is none."""
    if not cells.text(name, ""):
        return None, ""
    return money(cells, name, code or cells.currency_of(name) or fallback)


def code_of(cells: Cells, name: str) -> str:
    return cells.currency(name) if cells.text(name, "") else ""


def short(cells: Cells, *names: str) -> str:
    """The first of these cells that says anything, as much of it as we keep."""
    return next((text[:LONGEST] for name in names if (text := cells.text(name, "", longest=100_000))), "")


def day(cells: Cells, name: str) -> dt.date:
    """A day on which there were networks."""
    found = cells.day(name)
    if found < EARLIEST:
        raise BadRow(f"{found:%d %B %Y} is before there were such networks.")
    return found
