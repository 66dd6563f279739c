"""Amounts as their writer writes them."""

import re
from functools import cache

import iso4217
from babel.numbers import NumberFormatError, get_currency_name, parse_decimal
from django import forms
from django.utils.translation import get_language

from ledger.units import LARGEST, TooPrecise, format_number, is_currency, to_parts

_WRITTEN = re.compile(r"[-\N{MINUS SIGN}]?[0-9.,'\N{RIGHT SINGLE QUOTATION MARK}\s]+")
"""Decimal reads more than people write: exponents, plus signs, digits of every script."""
USUAL = ("EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "BRL")


@cache
def currencies() -> list[tuple[str, str]]:
    """The usual ones first."""
    known = sorted(currency.code for currency in iso4217.Currency if is_currency(currency.code))
    codes = [*USUAL, *(code for code in known if code not in USUAL)]
    return [(code, f"{code} – {get_currency_name(code, locale='en')}") for code in codes]


class AmountField(forms.CharField):
    """Text, until `parts_of` knows the currency."""

    def __init__(self, **options) -> None:
        super().__init__(max_length=30, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}


def written(parts: int, currency: str) -> str:
    """As the reader would write it."""
    return format_number(parts, currency, get_language() or "en")


def parts_of(text: str, currency: str, *, least: int = 1) -> int:
    """In the smallest part of the currency. Raises forms.ValidationError."""
    locale = (get_language() or "en").replace("-", "_")
    example = format_number(to_parts("1234", currency), currency, get_language() or "en")
    try:
        if not _WRITTEN.fullmatch(text.strip()):
            raise NumberFormatError(text)
        value = parse_decimal(text.strip(), locale=locale, strict=True)
        parts = to_parts(value, currency)
    except NumberFormatError as error:
        raise forms.ValidationError(f"Write the amount like {example}.") from error
    except TooPrecise as error:
        raise forms.ValidationError(str(error)) from error
    if parts < least:
        raise forms.ValidationError("Write an amount above zero." if least else "Write zero or more.")
    if parts > LARGEST:
        raise forms.ValidationError("That is more than can be counted here.")
    return parts
