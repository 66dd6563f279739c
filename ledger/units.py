"""What amounts are counted in. An amount is always an integer of its unit's smallest part.

COIN has no decimals, DIAMOND has two, and a currency has the exponent that ISO 4217 gives it (JPY 0, USD 2,
KWD 3), read from a library: nothing here multiplies by 100.
"""

from decimal import Decimal
from functools import cache

import iso4217
from babel import Locale, UnknownLocaleError
from babel.numbers import get_territory_currencies, parse_pattern

COIN = "COIN"
DIAMOND = "DIAMOND"
LARGEST = 2**63 - 1
MINUS = "\N{MINUS SIGN}"
_OWN = {COIN: 0, DIAMOND: 2}
_NAMES = {COIN: ("coin", "coins"), DIAMOND: ("diamond", "diamonds")}


class UnknownUnit(ValueError):
    """Neither one of the portal's own units nor an ISO 4217 currency with an exponent."""


class TooPrecise(ValueError):
    """The amount has more decimals than the unit has."""


@cache
def decimals(unit: str) -> int:
    """How many decimals the unit has. Raises UnknownUnit."""
    if unit in _OWN:
        return _OWN[unit]
    try:
        exponent = iso4217.Currency(unit).exponent
    except ValueError as error:
        raise UnknownUnit(f"{unit!r} is not a unit of account.") from error
    if exponent is None:
        raise UnknownUnit(f"{unit!r} has no smallest part.")
    return int(exponent)


def is_currency(unit: str) -> bool:
    if unit in _OWN:
        return False
    try:
        decimals(unit)
    except UnknownUnit:
        return False
    return True


def to_parts(amount: Decimal | str, unit: str) -> int:
    """Decimal("12.50") of USD → 1250. Raises TooPrecise rather than rounding."""
    scaled = Decimal(amount).scaleb(decimals(unit))
    if scaled != scaled.to_integral_value():
        raise TooPrecise(f"{unit} has {decimals(unit)} decimals; {amount} has more.")
    return int(scaled)


def to_decimal(parts: int, unit: str) -> Decimal:
    """1250 of USD → Decimal("12.50")."""
    return Decimal(parts).scaleb(-decimals(unit))


def format_amount(parts: int, unit: str, locale: str = "en") -> str:
    """For people: "$12.50", "1,400 coins", "12.50 diamonds". A language unknown to CLDR reads English."""
    if unit not in _OWN:
        return _written(parts, unit, locale, _locale(locale).currency_formats["standard"].pattern)
    singular, plural = _NAMES[unit]
    name = singular if abs(parts) == 10 ** decimals(unit) else plural
    return f"{format_number(parts, unit, locale)} {name}"


def format_number(parts: int, unit: str, locale: str = "en") -> str:
    """For people who see the unit elsewhere, as at the head of a column: "1,400.50"."""
    return _written(parts, unit, locale, "#,##0")


def _written(parts: int, unit: str, locale: str, form: str) -> str:
    pattern = parse_pattern(form)
    # CLDR's own idea of decimals differs from ISO 4217 here and there (IQD: 0 against 3).
    pattern.frac_prec = (decimals(unit), decimals(unit))
    written: str = pattern.apply(
        to_decimal(parts, unit), _locale(locale), currency=unit, currency_digits=False
    )
    return written.replace("-", MINUS, 1) if parts < 0 else written


def currency_of_country(country: str) -> str:
    """The legal tender of an ISO 3166 country today; USD where CLDR names none."""
    tender = get_territory_currencies(country) if country else []
    return next((currency for currency in tender if is_currency(currency)), "USD")


@cache
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name, sep="-" if "-" in name else "_")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
