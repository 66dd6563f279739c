"""Pieces of pages that need a little Python. Their markup stands in `templates/components/`."""

from django import template
from django.forms import BoundField

register = template.Library()

_TONES = {"success": "good", "warning": "warn", "error": "bad"}


@register.filter
def message_tone(level: str) -> str:
    """The tone of a notice that shows a message of this level ("success" → "good")."""
    return _TONES.get(level, "info")


@register.filter
def unit_of(field: BoundField) -> str:
    """What stands before an amount's input: the widget's `data-unit`, as in "EUR"."""
    return field.field.widget.attrs.get("data-unit", "")
