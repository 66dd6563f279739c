"""What creators want of a month."""

import datetime as dt
import uuid

from partnerships.income_streams import Stream
from partnerships.models import IncomeGoal


def goals_of(creator_id: uuid.UUID, first: dt.date) -> dict[Stream, IncomeGoal]:
    """The goals in force in the month that begins on `first`."""
    rows = IncomeGoal.objects.filter(creator_id=creator_id, first__lte=first).order_by("stream", "-first")
    newest = rows.distinct("stream")
    return {Stream(goal.stream): goal for goal in newest if goal.amount}
