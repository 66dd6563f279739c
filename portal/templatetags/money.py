"""Amounts and moments as the reader writes them."""

from django import template
from django.utils.translation import get_language

from ledger.units import format_amount, format_number

register = template.Library()


@register.filter
def amount(parts: int, unit: str) -> str:
    """{{ 1250|amount:"USD" }} → $12.50, in the reader's format."""
    return format_amount(parts, unit, get_language() or "en")


@register.filter
def number(parts: int, unit: str) -> str:
    """{{ 1250|number:"USD" }} → 12.50, where the unit is already said."""
    return format_number(parts, unit, get_language() or "en")
