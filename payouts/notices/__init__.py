"""What people are told of by the payouts. Each noun declares its kinds in a module of its own."""

import datetime as dt
import zoneinfo
from collections.abc import Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from payouts.notices import batches, clawbacks, identity, methods, pay_days, requests, statements, stops

KINDS = (
    *requests.KINDS,
    *pay_days.KINDS,
    *methods.KINDS,
    *identity.KINDS,
    *batches.KINDS,
    *clawbacks.KINDS,
    *statements.KINDS,
    *stops.KINDS,
)
"""Declarations of `portal.notices.Kind`, without its `app`."""


def day_for(person, moment: dt.datetime) -> dt.date:
    """The day on which a moment falls where the person lives."""
    return moment.astimezone(zoneinfo.ZoneInfo(person.time_zone)).date()


def notify(*, person, kind: str, key: str, at: dt.datetime, facts: Mapping, url: str = "") -> None:
    """Tell a person of something, in the caller's transaction; the same key tells it once. Facts are those of
    the kind's example: amounts in the smallest part, moments and days as they are. `url` is a path."""
    import_string(settings.NOTIFIER)(person=person, kind=kind, key=key, at=at, facts=facts, url=url)
