"""Days as exports write them, in several languages and orders."""

import datetime as dt
import re
from functools import cache

from babel import Locale

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "tr")
"""In which months may be named."""
_TIME = re.compile(r"(?:T|,?\s+)(?=\d{1,2}:\d\d)")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)")
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_BETWEEN = frozenset({"de", "del", "of", "er", "st", "nd", "rd", "th"})


def day_of(text: str, day_first: bool | None = None) -> dt.date | None:
    """The day that `text` names, None where it names none. A time after it is left out; one with an offset
    is taken as UTC. `day_first` says how 03/04/2026 is meant; without it such a day is none."""
    if moment := _moment(text):
        return moment
    bare = _TIME.split(text.strip())[0].strip()
    if found := _YEAR_FIRST.fullmatch(bare):
        return _date(*found.groups())
    if found := _YEAR_LAST.fullmatch(bare):
        first, sign, second, year = found.groups()
        if sign == "." or day_first:
            return _date(year, second, first)
        return None if day_first is None else _date(year, first, second)
    return _in_words(bare)


def orders_of(text: str) -> tuple[dt.date | None, dt.date | None] | None:
    """A day of which the order isn't said, read day first and month first; None for every other text."""
    found = _YEAR_LAST.fullmatch(_TIME.split(text.strip())[0].strip())
    if found is None or found[2] == ".":
        return None
    return day_of(text, day_first=True), day_of(text, day_first=False)


def _moment(text: str) -> dt.date | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(dt.UTC).date() if moment.tzinfo else None


def _date(year: str, month: str | int, day: str) -> dt.date | None:
    try:
        return dt.date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


def _in_words(text: str) -> dt.date | None:
    words = [word for word in _WORDS.findall(text.casefold()) if word not in _BETWEEN]
    months = [month for word in words if not word.isdigit() and (month := _month(word))]
    numbers = [word for word in words if word.isdigit()]
    if len(months) != 1 or len(numbers) != 2 or len(words) != 3:
        return None
    day, year = sorted(numbers, key=len) if len(numbers[0]) != len(numbers[1]) else numbers
    return _date(year, months[0], day) if len(year) in (2, 4) else None


@cache
def _month(word: str) -> int | None:
    """Languages are asked one by one: to load them all takes its time."""
    return next((month for language in LANGUAGES if (month := _months(language).get(word))), None)


@cache
def _months(language: str) -> dict[str, int]:
    """By name and abbreviation, without its point."""
    names = Locale(language).months["format"]
    found = {"sept": 9} if language == "en" else {}
    for width in ("wide", "abbreviated"):
        found |= {name.casefold().rstrip("."): month for month, name in names[width].items()}
    return found
