"""What days in a programme are worth. Whole numbers all the way: rates are millionths of the currency, and
each day is rounded down once, to the currency's smallest part."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.units import decimals
from partnerships.models.accruals import Limit

MICROS = 10**6


@dataclass(frozen=True)
class Day:
    """`earned` in the smallest part before limits; a limit of None is none."""

    date: dt.date
    earned: int
    daily_cap: int | None = None
    monthly_cap: int | None = None


def of_views(views: Iterable[tuple[str, int]], rpm_micros: Mapping[str, int], currency: str) -> int:
    """Qualified views by country at so many millionths a thousand; "" is the rate of all other countries."""
    elsewhere = rpm_micros.get("", 0)
    micros = sum(count * rpm_micros.get(country, elsewhere) for country, count in views)
    return micros * 10 ** decimals(currency) // (1000 * MICROS)


def of_ads(revenue_micros: int, share_per_mille: int, currency: str) -> int:
    """The creator's share of what advertisers paid."""
    return revenue_micros * share_per_mille * 10 ** decimals(currency) // (1000 * MICROS)


def limited(days: Sequence[Day], budget: int | None = None) -> list[tuple[int, Limit]]:
    """What each day of one month is due, in their order, and which limit cut it. `budget` is what the
    programme has left for this creator's month."""
    due, sum_so_far = [], 0
    for day in days:
        room = [(day.earned, Limit.NONE)]
        if day.daily_cap is not None:
            room.append((day.daily_cap, Limit.DAY))
        if day.monthly_cap is not None:
            room.append((max(day.monthly_cap - sum_so_far, 0), Limit.MONTH))
        if budget is not None:
            room.append((max(budget - sum_so_far, 0), Limit.BUDGET))
        amount, limit = min(room, key=lambda each: each[0])
        due.append((amount, limit))
        sum_so_far += amount
    return due
