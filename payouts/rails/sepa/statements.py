"""What an end-of-day statement (camt.053) says of the account beside its entries: its day, its number and its
balances. The entries are read by `messages_in`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from ledger.units import TooPrecise, UnknownUnit, to_parts

OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
"""BalanceType codes: booked at the beginning (or as the day before closed), and at the end."""


@dataclass(frozen=True)
class Statement:
    """Balances are signed, in the smallest part of `currency`; None where the statement doesn't tell them.
    `moved` is what its entries sum to; `number` counts the account's statements without gaps, 0 if untold."""

    account: str
    day: date
    number: int
    currency: str
    opening: int | None
    closing: int | None
    moved: int


def statements(raw: str) -> list[Statement]:
    """Of a camt.053 that `messages_in` has read. One whose day or currency can't be told is left out."""
    root = fromstring(raw, forbid_dtd=True)
    found = (_statement(element) for element in root.iter() if _name(element) == "Stmt")
    return [statement for statement in found if statement]


def _statement(element: Element) -> Statement | None:
    balances = {_text(balance, "Tp", "CdOrPrtry", "Cd"): balance for balance in _all(element, "Bal")}
    opening = next((balances[code] for code in OPENING if code in balances), None)
    closing = next((balances[code] for code in CLOSING if code in balances), None)
    currency = _text(element, "Acct", "Ccy") or _currency(closing)
    day = _text(closing, "Dt", "Dt") or _text(element, "FrToDt", "ToDtTm")[:10]
    try:
        return Statement(
            account=_text(element, "Acct", "Id", "IBAN") or _text(element, "Acct", "Id", "Othr", "Id"),
            day=date.fromisoformat(day),
            number=int(_text(element, "LglSeqNb") or _text(element, "ElctrncSeqNb") or 0),
            currency=currency,
            opening=None if opening is None else _signed(opening, currency),
            closing=None if closing is None else _signed(closing, currency),
            moved=sum(_signed(entry, currency) for entry in _booked(element)),
        )
    except (ValueError, InvalidOperation, UnknownUnit, TooPrecise):
        return None


def _booked(element: Element) -> Iterator[Element]:
    return (e for e in _all(element, "Ntry") if "BOOK" in (_text(e, "Sts", "Cd"), _text(e, "Sts")))


def _signed(element: Element, currency: str) -> int:
    parts = to_parts(Decimal(_text(element, "Amt")), currency)
    return -parts if _text(element, "CdtDbtInd") == "DBIT" else parts


def _currency(balance: Element | None) -> str:
    return "" if balance is None else next((e.get("Ccy", "") for e in _all(balance, "Amt")), "")


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _all(element: Element, name: str) -> list[Element]:
    return [child for child in element if _name(child) == name]


def _text(element: Element | None, *path: str) -> str:
    for name in path:
        element = None if element is None else next(iter(_all(element, name)), None)
    return (element.text or "").strip() if element is not None else ""
