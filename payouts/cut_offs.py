"""When approved payouts are put together into batches: at `settings.PAYOUT_CUT_OFF_HOURS` (UTC) of days on
which the banks between us and the creator work. Euros wait for TARGET's days, dollars for the Federal
Reserve's."""

import datetime as dt

from celery.schedules import crontab
from django.conf import settings

from payouts import rails
from payouts.calendar import is_business_day

SATURDAY = 5


def is_cut_off_day(day: dt.date, *, rail: str, currency: str) -> bool:
    """Whether payments of this kind are put together on it. A rail without lead days waits for no bank."""
    if settings.PAYOUT_CUT_OFFS_ON_ANY_DAY:
        return True
    if not rails.get(rail).capabilities.lead_days:
        return day.weekday() < SATURDAY
    return is_business_day(day, currency=currency)


def next_cut_off(at: dt.datetime, *, rail: str, currency: str) -> dt.datetime:
    """The first one after `at`."""
    day = at.astimezone(dt.UTC).date()
    hours = sorted(crontab(minute=0, hour=settings.PAYOUT_CUT_OFF_HOURS).hour)
    while True:
        if is_cut_off_day(day, rail=rail, currency=currency):
            for hour in hours:
                moment = dt.datetime.combine(day, dt.time(hour), dt.UTC)
                if moment > at:
                    return moment
        day += dt.timedelta(days=1)
