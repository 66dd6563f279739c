"""What an end-of-day statement (camt.053) says of the account beside its entries: its day, its number and its
balances. The entries are read by `messages_in`."""

from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from ledger.units import TooPrecise, UnknownUnit, to_parts
from payouts.rails.interface import Statement
from payouts.rails.sepa import xml

OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
"""BalanceType codes: booked at the beginning (or as the day before closed), and at the end."""


def statements(raw: str) -> list[Statement]:
    """Of a camt.053 that `messages_in` has read. One whose day or currency can't be told is left out."""
    root = fromstring(raw, forbid_dtd=True)
    found = (_statement(element) for element in root.iter() if xml.name(element) == "Stmt")
    return [statement for statement in found if statement]


def _statement(element: Element) -> Statement | None:
    balances = {
        xml.text(balance, "Tp", "CdOrPrtry", "Cd"): balance for balance in xml.children(element, "Bal")
    }
    opening = next((balances[code] for code in OPENING if code in balances), None)
    closing = next((balances[code] for code in CLOSING if code in balances), None)
    currency = xml.text(element, "Acct", "Ccy") or _currency(closing)
    day = xml.text(closing, "Dt", "Dt") or xml.text(element, "FrToDt", "ToDtTm")[:10]
    try:
        return Statement(
            account=xml.account(element),
            day=date.fromisoformat(day),
            number=int(xml.text(element, "LglSeqNb") or xml.text(element, "ElctrncSeqNb") or 0),
            currency=currency,
            opening=None if opening is None else _signed(opening, currency),
            closing=None if closing is None else _signed(closing, currency),
            moved=sum(_signed(entry, currency) for entry in xml.booked(element)),
        )
    except (ValueError, InvalidOperation, UnknownUnit, TooPrecise):
        return None


def _signed(element: Element, currency: str) -> int:
    parts = to_parts(Decimal(xml.text(element, "Amt")), currency)
    return -parts if xml.text(element, "CdtDbtInd") == "DBIT" else parts


def _currency(balance: Element | None) -> str:
    return "" if balance is None else next((e.get("Ccy", "") for e in xml.children(balance, "Amt")), "")
