"""Set what a month should bring."""

import datetime as dt

from ledger.units import LARGEST
from partnerships.income_streams import Stream
from partnerships.models import IncomeGoal


class UnableToSetGoal(Exception):
    """The goal makes no sense."""

    code = "goal_out_of_range"


def set_goal(*, creator, stream: Stream, amount: int, currency: str, at: dt.datetime) -> None:
    """From this month (UTC) on, a stream should bring `amount` smallest parts; 0 takes the goal away. Months
    that have ended keep theirs. Raises UnableToSetGoal."""
    if not 0 <= amount <= LARGEST:
        raise UnableToSetGoal("A goal is an amount of money, or nothing.")
    IncomeGoal.objects.update_or_create(
        creator=creator,
        stream=stream,
        first=at.astimezone(dt.UTC).date().replace(day=1),
        defaults={"amount": amount, "currency": currency, "set_at": at},
    )
