"""Careful reading of what others wrote: long ids, amounts as text or numbers, times of any offset."""

import datetime as dt
import json
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_datetime

from ledger.units import decimals, is_currency
from partnerships.merchandise.facts import MILLIONTHS

LARGEST = 10**15
"""No order has an amount beyond this, in smallest parts: sums stay far within 64 bits."""
LARGEST_UNPRICED = 10**18
"""As `LARGEST`, in millionths of a currency with three decimals."""
MOST_PIECES = 10**6


class Unreadable(Exception):
    """The message is not what its platform sends. The text tells a person what is wrong."""


class NotCounted(Exception):
    """The message is well, and about something that brings no income. The text says what."""


def parsed(body: bytes) -> dict[str, Any]:
    """An object of JSON; whole numbers stay whole, others are Decimals, never floats. Raises Unreadable."""
    try:
        found = json.loads(body, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise Unreadable("This is not JSON.") from error
    if not isinstance(found, dict):
        raise Unreadable("This is JSON, but not an object.")
    return found


def _refused(word: str) -> None:
    raise ValueError(word)


def text(value: object, longest: int = 200) -> str:
    """Whatever stands there as text that a table takes; nothing for nothing."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    return str(value).replace("\0", "").encode(errors="replace").decode()[:longest]


def identity(value: object, name: str) -> str:
    """A whole number of any size, or text. Raises Unreadable."""
    found = text(value, 65).strip()
    if not found or len(found) > 64 or found == "0":
        raise Unreadable(f"{name} is missing, or not an id.")
    return found


def optional_id(value: object) -> str:
    """As `identity`, but nothing where there is none. A zero means none."""
    found = text(value, 64).strip()
    return "" if found == "0" else found


def whole(value: object, name: str) -> int:
    """A count of pieces. Raises Unreadable."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:12])
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_PIECES:
        raise Unreadable(f"{name} is not a number of pieces.")
    return value


def amount(value: object, currency: str, name: str) -> int:
    """In the currency's smallest part, or in millionths without a currency; what is finer is rounded half up.
    Nothing is 0. Raises Unreadable."""
    if value is None or value == "":
        return 0
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise Unreadable(f"{name} is not an amount.")
    try:
        exact = Decimal(value)
        if not exact.is_finite() or abs(exact) > LARGEST:
            raise Unreadable(f"{name} is not an amount that an order has.")
        places = decimals(currency) if currency else MILLIONTHS
        parts = int(exact.scaleb(places).to_integral_value(ROUND_HALF_UP))
    except (InvalidOperation, ValueError) as error:
        raise Unreadable(f"{name} is not an amount.") from error
    if abs(parts) > (LARGEST if currency else LARGEST_UNPRICED):
        raise Unreadable(f"{name} is not an amount that an order has.")
    return parts


def currency(value: object) -> str:
    """Raises Unreadable."""
    found = text(value, 4).strip().upper()
    if not is_currency(found):
        raise Unreadable(f"{found or 'The currency'} is no currency that we know.")
    return found


def moment(value: object, name: str, zone: dt.tzinfo | None = None) -> str:
    """`zone` is that of a moment without an offset, which is refused otherwise. Raises Unreadable."""
    try:
        found = parse_datetime(value.strip()) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is not None and found.tzinfo is None and zone is not None:
        found = found.replace(tzinfo=zone)
    if found is None or found.tzinfo is None:
        raise Unreadable(f"{name} is not a moment.")
    try:
        found = found.astimezone(dt.UTC)
    except OverflowError as error:
        raise Unreadable(f"{name} is not a moment.") from error
    if not 1990 <= found.year <= 2200:
        raise Unreadable(f"{name} is not a moment in which people shop.")
    return found.isoformat(timespec="microseconds")


def optional_moment(value: object, name: str, zone: dt.tzinfo | None = None) -> str | None:
    return moment(value, name, zone) if value else None


def many(value: object, name: str) -> list[dict[str, Any]]:
    """A list of objects; nothing for nothing. Raises Unreadable."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Unreadable(f"{name} is not a list.")
    return value


def distinct(lines: list) -> list:
    """The lines of an order, each with an id of its own, together of a possible worth and number of pieces.
    Raises Unreadable."""
    if sum(max(line["net"], abs(line["unit_price"]) * line["quantity"]) for line in lines) > LARGEST:
        raise Unreadable("Its lines are worth more than any order has.")
    if sum(line["quantity"] for line in lines) > MOST_PIECES:
        raise Unreadable("It has more pieces than any order has.")
    if len({line["id"] for line in lines}) != len(lines):
        raise Unreadable("Two lines have the same id.")
    return lines
