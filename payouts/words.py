"""Amounts inside sentences, as the reader writes them."""

from django.utils.translation import get_language

from ledger.units import format_amount


def money(parts: int, unit: str) -> str:
    return format_amount(parts, unit, get_language() or "en")
