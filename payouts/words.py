"""Amounts and days inside sentences, as the reader writes them."""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone, translation
from django.utils.translation import get_language

from ledger.units import format_amount


def money(parts: int, unit: str) -> str:
    return format_amount(parts, unit, get_language() or "en")


@contextmanager
def read_by(person) -> Iterator[None]:
    """Sentences made here are kept for this person, whoever's worker makes them."""
    with translation.override(person.language), timezone.override(zoneinfo.ZoneInfo(person.time_zone)):
        yield
