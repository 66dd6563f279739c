"""What stands in a cell: numbers, amounts and days as exports really write them."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from babel.numbers import NumberFormatError, parse_decimal
from django_countries import countries

from ledger.units import LARGEST, TooPrecise, is_currency, to_parts
from partnerships.imports.dialects import BadRow

DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")
"""Ways to write a day that can be understood in one way only."""
_CURRENCY = re.compile(r"[A-Z]{0,3}[$€£¥₹₩₪₺₽฿₫₴₦]|\b[A-Z]{3}\b")
_SPACES = re.compile(r"[\s\u00a0\u202f']")


class Cells:
    """One row's cells by column name. Whatever can't be read raises BadRow with the column's title.

    `locale` says how numbers are written: "en" 1,234.56, "de" 1.234,56."""

    def __init__(self, values: Mapping[str, str], titles: Mapping[str, str], locale: str = "en") -> None:
        self._values, self._titles, self._locale = values, titles, locale

    def text(self, name: str, default: str | None = None, longest: int = 200) -> str:
        """Without the spaces around it; `default` where the cell is empty, or BadRow without one."""
        value = self._values.get(name, "").strip()
        if not value:
            if default is None:
                raise self._bad(name, "is empty")
            return default
        if len(value) > longest:
            raise self._bad(name, f"has more than {longest} characters")
        return value

    def number(self, name: str, default: str | None = None) -> Decimal:
        """Any decimal number: thousands apart by comma, point, space or apostrophe as the locale says,
        currency signs around it, below zero by either kind of minus or in parentheses."""
        text = self.text(name, default)
        bare = _SPACES.sub("", _CURRENCY.sub(" ", text, count=1)).replace("−", "-")
        negative = bare.startswith("(") and bare.endswith(")")
        if negative:
            bare = bare[1:-1]
        elif bare.startswith("-") or bare.endswith("-"):
            negative, bare = True, bare[1:] if bare[0] == "-" else bare[:-1]
        if not re.fullmatch(r"[\d.,]*\d[\d.,]*", bare) or len(bare) > 30:
            raise self._bad(name, f"“{text}” is not a number")
        try:
            value = parse_decimal(bare, locale=self._locale, strict=True)
        except (NumberFormatError, InvalidOperation) as error:
            written = "1,234.56" if self._locale == "en" else "1.234,56"
            raise self._bad(name, f"“{text}” is not written like {written}") from error
        return -value if negative else value

    def whole(self, name: str, default: str | None = None, least: int = 0) -> int:
        """A whole number, such as a count, not below `least`."""
        value = self.number(name, default)
        if value != value.to_integral_value() or abs(value) > LARGEST:
            raise self._bad(name, f"“{self.text(name, default)}” is not a whole number")
        if value < least:
            raise self._bad(name, f"{self.text(name, default)} is below {least}")
        return int(value)

    def parts(self, name: str, currency: str, default: str | None = None) -> int:
        """An amount in the smallest part of its currency; it may be below zero."""
        value = self.number(name, default)
        try:
            parts = to_parts(value, currency)
        except TooPrecise as error:
            raise self._bad(name, str(error)) from error
        if abs(parts) > LARGEST:
            raise self._bad(name, "is too large")
        return parts

    def day(self, name: str, formats: tuple[str, ...] = DAYS) -> dt.date:
        """A day that exists; a time after it is left out. `formats` are those of `strptime`."""
        text = self.text(name)
        for shape in formats:
            for candidate in (text, re.split(r"[T ](?=\d{1,2}:)", text)[0]):
                try:
                    return dt.datetime.strptime(candidate, shape).date()
                except ValueError:
                    continue
        raise self._bad(name, f"“{text}” is no day, or not written like {dt.date(2026, 3, 31):{formats[0]}}")

    def country(self, name: str, default: str | None = None) -> str:
        """Two letters of ISO 3166, or the country's name in English."""
        text = self.text(name, default)
        code = text.upper() if text.upper() in countries else countries.by_name(text)
        if text and not code:
            raise self._bad(name, f"“{text}” is no country")
        return code

    def currency(self, name: str, default: str | None = None) -> str:
        code = self.text(name, default).upper()
        if not is_currency(code):
            raise self._bad(name, f"“{code}” is no currency")
        return code

    def _bad(self, name: str, words: str) -> BadRow:
        return BadRow(f"{self._titles.get(name, name)}: {words}.")
