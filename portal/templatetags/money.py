"""Amounts and moments as the reader writes them."""

import datetime as dt

from babel import Locale
from babel.numbers import format_percent
from django import template
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language

from ledger.units import MINUS, format_amount, format_number

register = template.Library()


@register.filter
def amount(parts: int, unit: str) -> str:
    """{{ 1250|amount:"USD" }} → $12.50, in the reader's format."""
    return format_amount(parts, unit, get_language() or "en")


@register.filter
def number(parts: int, unit: str) -> str:
    """{{ 1250|number:"USD" }} → 12.50, where the unit is already said."""
    return format_number(parts, unit, get_language() or "en")


@register.filter
def per_mille(share: int) -> str:
    """{{ 345|per_mille }} → 35%, in the reader's format."""
    return format_percent(share / 1000, locale=Locale.parse(get_language() or "en", sep="-"))


@register.filter
def change(share: int) -> str:
    """{{ 120|change }} → +12%, with its sign."""
    return ("+" if share > 0 else "") + per_mille(share).replace("-", MINUS, 1)


@register.filter
def days_of_month(first: dt.date) -> str:
    """{{ first|days_of_month }} → since=2026-02-01&until=2026-02-28, for an address."""
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return f"since={first:%Y-%m-%d}&until={last:%Y-%m-%d}"


@register.filter
def moment(told: str | dt.date) -> str:
    """{{ "2026-03-02T12:00:00Z"|moment }} → March 2, 2026, 12:00 PM, by the reader's clock; a day stays one.
    Takes dates and aware moments too."""
    if isinstance(told, str):
        told = parse_date(told) or parse_datetime(told)
    if isinstance(told, dt.datetime):
        return date_format(localtime(told), "DATETIME_FORMAT")
    return date_format(told, "DATE_FORMAT")
