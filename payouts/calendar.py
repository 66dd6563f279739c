"""Days on which banks settle: TARGET's, which every SEPA transfer waits for."""

import datetime as dt
from functools import cache


@cache
def _closing_days():
    from holidays import financial_holidays

    return financial_holidays("ECB")


def is_business_day(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in _closing_days()


def business_day_after(day: dt.date, number: int) -> dt.date:
    """The `number`th business day after `day`."""
    while number:
        day += dt.timedelta(days=1)
        number -= is_business_day(day)
    return day
