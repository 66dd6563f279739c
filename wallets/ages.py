"""How old somebody must be to buy coins, or to do anything else with them that is not for children."""

import datetime as dt
from zoneinfo import ZoneInfo

ADULT = 18
ADULT_IN = {"KR": 19}
"""Years by ISO 3166 country, where they differ from ADULT.

Sources: a child is whoever is below 18 by Art. 1 of the UN Convention on the Rights of the Child, and most
countries set majority there; in South Korea it comes at 19 (Civil Act, Art. 4)."""
OLDEST = 120


class AgeRefused(Exception):
    """They may not, or not yet; `code` names the reason to programs."""

    code = "age_refused"


class CountryUnknown(AgeRefused):
    """Prices and the age depend on the country."""

    code = "country_unknown"

    def __init__(self) -> None:
        super().__init__("Tell us your country first: prices and the age to buy coins depend on it.")


class BirthDateUnknown(AgeRefused):
    """Coins are for adults."""

    code = "birth_date_unknown"

    def __init__(self) -> None:
        super().__init__("Tell us your date of birth first: coins are for adults only.")


class TooYoung(AgeRefused):
    """Their country lets nobody buy coins before `age`."""

    code = "too_young"

    def __init__(self, age: int) -> None:
        super().__init__(
            f"In your country coins can be bought from the age of {age}. If your date of birth is wrong, "
            "write to us."
        )
        self.age = age


class ImpossibleBirthDate(ValueError):
    """Nobody alive was born on that day."""

    def __init__(self) -> None:
        super().__init__("Nobody alive was born on that day. Write the year in four digits.")


def adult_age(country: str) -> int:
    """In years."""
    return ADULT_IN.get(country, ADULT)


def age_on(birth_date: dt.date, day: dt.date) -> int:
    """In whole years. Who was born on 29 February has their birthday on 1 March in other years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def assert_adult(person, at: dt.datetime) -> None:
    """Whether `person`, by their own calendar, is of age where they live. Reads `country`, `birth_date` and
    `time_zone`.

    Raises CountryUnknown, BirthDateUnknown, TooYoung.
    """
    if not person.country:
        raise CountryUnknown
    if person.birth_date is None:
        raise BirthDateUnknown
    age = adult_age(str(person.country))
    if age_on(person.birth_date, at.astimezone(ZoneInfo(person.time_zone)).date()) < age:
        raise TooYoung(age)


def assert_possible(birth_date: dt.date, at: dt.datetime) -> None:
    """Raises ImpossibleBirthDate."""
    if not 0 <= age_on(birth_date, at.date()) <= OLDEST:
        raise ImpossibleBirthDate
