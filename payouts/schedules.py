"""When pay days are. A cycle closes at the end of a UTC day; what was available then is asked for on its pay
day, or on the next business day of the policy's region."""

import calendar as months
import datetime as dt
from dataclasses import dataclass

from payouts.calendar import business_day_from
from payouts.models import PayoutPolicy
from payouts.models.policies import Schedule

WEDNESDAY = dt.timedelta(days=3)
"""After the Sunday on which a week closes."""
FIFTEENTH = dt.timedelta(days=15)
"""After the last day of a month or a quarter."""
LONGEST_SHIFT = dt.timedelta(days=30)
"""No bank is closed for longer: a pay day falls within so many days after its nominal one."""


@dataclass(frozen=True)
class Cycle:
    """`closes_on` is the last day that counts."""

    closes_on: dt.date
    pay_date: dt.date


def next_cycle(schedule: str, policy: PayoutPolicy, day: dt.date) -> Cycle | None:
    """The first one whose pay day is `day` or later; None for a schedule without pay days."""
    if schedule == Schedule.ON_DEMAND:
        return None
    close = _close_by(schedule, day - LONGEST_SHIFT)
    while (cycle := _cycle(schedule, policy, close)).pay_date < day:
        close = _close_after(schedule, close)
    return cycle


def coming_cycles(schedule: str, policy: PayoutPolicy, day: dt.date, count: int) -> list[Cycle]:
    """The first so many whose pay day is `day` or later; none for a schedule without pay days."""
    cycles: list[Cycle] = []
    while len(cycles) < count and (cycle := next_cycle(schedule, policy, day)):
        cycles.append(cycle)
        day = cycle.pay_date + dt.timedelta(days=1)
    return cycles


def latest_cycle(schedule: str, policy: PayoutPolicy, day: dt.date) -> Cycle | None:
    """The last one whose pay day is `day` or earlier; None for a schedule without pay days."""
    if schedule == Schedule.ON_DEMAND:
        return None
    close = _close_by(schedule, day)
    while (cycle := _cycle(schedule, policy, close)).pay_date > day:
        close = _close_by(schedule, close - dt.timedelta(days=1))
    return cycle


def closing_moment(cycle: Cycle) -> dt.datetime:
    """The first moment that no longer counts."""
    return dt.datetime.combine(cycle.closes_on + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)


def _cycle(schedule: str, policy: PayoutPolicy, closes_on: dt.date) -> Cycle:
    nominal = closes_on + (WEDNESDAY if schedule == Schedule.WEEKLY else FIFTEENTH)
    return Cycle(closes_on, business_day_from(nominal, region=policy.region, currency=policy.currency))


def _close_by(schedule: str, day: dt.date) -> dt.date:
    """The last day that closes a cycle, up to and including `day`."""
    if schedule == Schedule.WEEKLY:
        return day - dt.timedelta(days=day.isoweekday() % 7)
    tomorrow = day + dt.timedelta(days=1)
    first = tomorrow.replace(day=1)
    if schedule == Schedule.QUARTERLY:
        first = first.replace(month=(first.month - 1) // 3 * 3 + 1)
    return first - dt.timedelta(days=1)


def _close_after(schedule: str, close: dt.date) -> dt.date:
    if schedule == Schedule.WEEKLY:
        return close + dt.timedelta(days=7)
    end = close
    for _ in range(3 if schedule == Schedule.QUARTERLY else 1):
        first = end + dt.timedelta(days=1)
        end = first.replace(day=months.monthrange(first.year, first.month)[1])
    return end
