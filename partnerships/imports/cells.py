"""What stands in a cell: numbers, amounts and days as exports really write them."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

from django_countries import countries

from ledger.units import LARGEST, TooPrecise, decimals, is_currency, to_parts
from partnerships.imports.currencies import SIGN, currency_in_cell, currency_in_title
from partnerships.imports.days import day_of
from partnerships.imports.dialects import BadRow
from partnerships.imports.readings import LOCALES, Reading

_WRITTEN = {
    "en": re.compile(r"(?:\d+|\d{1,3}(?:,\d{2,3})*,\d{3})?(?:\.\d+)?"),
    "de": re.compile(r"(?:\d+|\d{1,3}(?:\.\d{2,3})*\.\d{3})?(?:,\d+)?"),
}
"""Thousands by three digits, or, as in India, by two above the first three."""
_POINTED = {"en": str.maketrans({",": ""}), "de": str.maketrans({".": "", ",": "."})}
_SPACES = re.compile(r"[\s\u00a0\u202f']")


class Cells:
    """One row's cells by column name. Whatever can't be read raises BadRow with the column's title.

    `reading` says how the file writes numbers and days."""

    def __init__(
        self, values: Mapping[str, str], titles: Mapping[str, str], reading: Reading | None = None
    ) -> None:
        self._values, self._titles, self._reading = values, titles, reading or Reading()

    @property
    def layout(self) -> str:
        return self._reading.layout

    def nth(self, key: str) -> int:
        """How many rows with this key the file has had so far, this one counted."""
        self._reading.seen[key] += 1
        return self._reading.seen[key]

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
        bare = _SPACES.sub("", SIGN.sub(" ", text, count=1)).replace("−", "-")
        negative = bare.startswith("(") and bare.endswith(")")
        if negative:
            bare = bare[1:-1]
        elif bare.startswith("-") or bare.endswith("-"):
            negative, bare = True, bare[1:] if bare[0] == "-" else bare[:-1]
        if not re.fullmatch(r"[\d.,]*\d[\d.,]*", bare) or len(bare) > 30:
            raise self._bad(name, f"“{text}” is not a number")
        locale = self._reading.locale
        if not _WRITTEN[locale].fullmatch(bare):
            raise self._bad(name, f"“{text}” is not written like {LOCALES[locale]}")
        value = Decimal(bare.translate(_POINTED[locale]))
        return -value if negative else value

    def whole(self, name: str, default: str | None = None, least: int = 0) -> int:
        """A whole number, such as a count, not below `least`."""
        value = self.number(name, default)
        if value != value.to_integral_value() or abs(value) > LARGEST:
            raise self._bad(name, f"“{self.text(name, default)}” is not a whole number")
        if value < least:
            raise self._bad(name, f"{self.text(name, default)} is below {least}")
        return int(value)

    def parts(self, name: str, currency: str, default: str | None = None, *, rounded: bool = False) -> int:
        """An amount in the smallest part of its currency; it may be below zero. `rounded`: half to even,
        rather than refused for having too many decimals."""
        value = self.number(name, default)
        if rounded and abs(value) <= LARGEST:
            value = round(value, decimals(currency))
        try:
            parts = to_parts(value, currency)
        except TooPrecise as error:
            raise self._bad(name, str(error).rstrip(".")) from error
        if abs(parts) > LARGEST:
            raise self._bad(name, "is too large")
        return parts

    def day(self, name: str) -> dt.date:
        """A day that exists, and does not lie ahead if the reading says what would; a time after it is
        left out."""
        text = self.text(name)
        day = day_of(text, self._reading.day_first)
        if day is None:
            raise self._bad(name, f"“{text}” is no day, or not written like 2026-03-31")
        latest = self._reading.latest
        if latest and day > latest:
            raise self._bad(name, f"“{text}” lies ahead")
        return day

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

    def currency_of(self, name: str) -> str:
        """Of an amount: as the title of its column says, or the cell, or whoever brought the file; "" where
        none of them does."""
        meant = self._reading.currency
        return (
            currency_in_title(self._titles.get(name, ""), meant)
            or currency_in_cell(self._values.get(name, ""), meant)
            or meant
        )

    def _bad(self, name: str, words: str) -> BadRow:
        return BadRow(f"{self._titles.get(name, name)}: {words}.")
