"""What people are told of by the partnerships. Each noun declares its kinds in a module of its own."""

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from partnerships.notices import affiliate, deals, merch, programmes

KINDS: tuple = (*affiliate.KINDS, *deals.KINDS, *merch.KINDS, *programmes.KINDS)
"""Declarations of `portal.notices.Kind`, without its `app`."""


def notify(*, person, kind: str, key: str, at: dt.datetime, facts: Mapping, url: str = "") -> None:
    """Tell a person of something, in the caller's transaction; the same key tells it once. Facts are those of
    the kind's example: amounts in the smallest part, moments and days as they are. `url` is a path."""
    import_string(settings.NOTIFIER)(person=person, kind=kind, key=key, at=at, facts=facts, url=url)
