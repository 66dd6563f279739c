"""Pieces of pages that need a little Python. Their markup stands in `templates/components/`."""

from django import template

register = template.Library()
