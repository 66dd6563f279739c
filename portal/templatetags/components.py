"""Pieces of pages that need a little Python. Their markup stands in `templates/components/`."""

import zlib

from django import template
from django.conf import settings
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


@register.filter
def hue(name: str) -> str:
    """One of the six colours of avatars; the same name has the same one everywhere."""
    return f"hue-{zlib.crc32(name.encode()) % 6}"


@register.simple_tag
def site() -> dict[str, str]:
    """{% site as site %} for templates that have no request, as mails: its name and url."""
    return {"name": settings.SITE_NAME, "url": settings.SITE_URL}
