"""What buyers tell about themselves before they may buy."""

import datetime as dt

from django.contrib.auth import get_user_model

from wallets.ages import assert_possible


def tell_age(*, viewer, birth_date: dt.date | None = None, country: str = "", at: dt.datetime) -> None:
    """Keep what was unknown. A date of birth, once told, stays: else whoever is refused would try the next
    date. Staff mend a date that was mistyped. A country that is known stays as it is here, but the profile
    changes it, and with it the age that is asked.

    Raises ages.ImpossibleBirthDate.
    """
    people = get_user_model().objects.filter(pk=viewer.pk)
    if birth_date:
        assert_possible(birth_date, at)
        people.filter(birth_date__isnull=True).update(birth_date=birth_date)
    if country:
        people.filter(country="").update(country=country)
