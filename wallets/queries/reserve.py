"""What a creator has earned and can't use yet: gift diamonds clear some days after the UTC day they came."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from ledger.chart import CREATOR_DIAMONDS_PENDING
from ledger.queries import balance, by_day

CLEARING_DAYS = 7
CLEARING_DAYS_BEFORE_FIRST_PAYOUT = 14
RELEASE = "release"


@dataclass(frozen=True)
class Release:
    """`diamonds` (hundredths) become available on `date`, at the beginning of that UTC day."""

    date: dt.date
    diamonds: int


def clearing_days(creator_id: uuid.UUID) -> int:
    """How many whole days a creator's gifts are pending. `settings.FIRST_PAYOUT_DONE` knows who was paid."""
    was_paid = import_string(settings.FIRST_PAYOUT_DONE)
    return CLEARING_DAYS if was_paid(creator_id) else CLEARING_DAYS_BEFORE_FIRST_PAYOUT


def last_cleared_day(creator_id: uuid.UUID, at: dt.datetime) -> dt.date:
    """The last UTC day of which even the last gift has been pending for long enough."""
    return at.astimezone(dt.UTC).date() - dt.timedelta(days=clearing_days(creator_id) + 1)


def waiting_since(creator_id: uuid.UUID, day: dt.date) -> dict[dt.date, int]:
    """{day: diamonds} earned from that day on and still pending, oldest first. Reversals count against the
    day they belong to."""
    waiting: dict[dt.date, int] = defaultdict(int)
    for part in by_day(CREATOR_DIAMONDS_PENDING.of(creator_id), since=day):
        waiting[part.day] += part.amount
    return dict(waiting)


def cleared(creator_id: uuid.UUID, at: dt.datetime) -> int:
    """Pending diamonds (hundredths) that could be available by now. Negative where reversals took back more
    from released days than those had left."""
    first = last_cleared_day(creator_id, at) + dt.timedelta(days=1)
    newer = sum(waiting_since(creator_id, first).values())
    return balance(CREATOR_DIAMONDS_PENDING.of(creator_id)) - newer


def reserve_calendar(creator_id: uuid.UUID, at: dt.datetime) -> list[Release]:
    """What becomes available on each of the coming days; what has cleared and is about to be moved comes
    first, under today's date. Adds up to the pending balance."""
    today = at.astimezone(dt.UTC).date()
    last = last_cleared_day(creator_id, at)
    waiting = waiting_since(creator_id, last + dt.timedelta(days=1))
    carried = balance(CREATOR_DIAMONDS_PENDING.of(creator_id)) - sum(waiting.values())
    calendar = []
    for date, diamonds in [(today, 0), *((today + (day - last), parts) for day, parts in waiting.items())]:
        carried += diamonds
        if carried > 0:
            calendar.append(Release(date, carried))
            carried = 0
    return calendar
