"""From which day on somebody is old enough to be paid. How old that is, the site says: `settings.ADULT_AGE`
names a function of an ISO 3166 country that answers in years (18; 19 in South Korea)."""

import datetime as dt

from django.conf import settings
from django.utils.module_loading import import_string


def adult_age(country: str) -> int:
    """In years."""
    return import_string(settings.ADULT_AGE)(country)


def comes_of_age(birth_date: dt.date, country: str) -> dt.date:
    """Who was born on 29 February has their birthday on 1 March in other years."""
    year = birth_date.year + adult_age(country)
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return dt.date(year, 3, 1)
