"""What a stream brought a creator by month, for the charts of its pages."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from partnerships.income_streams import Stream
from partnerships.models import IncomeDay

MONTHS = 12


@dataclass(frozen=True)
class Months:
    """What each of the last twelve months (UTC) brought in one currency, oldest first."""

    currency: str
    firsts: list[dt.date]
    amounts: list[int]


def months_of(creator_id: uuid.UUID, stream: Stream, at: dt.datetime) -> list[Months]:
    """From the sums by day, one for each currency in which there was something."""
    this = at.astimezone(dt.UTC).date()
    ordinal = this.year * 12 + this.month - MONTHS
    firsts = [dt.date(each // 12, each % 12 + 1, 1) for each in range(ordinal, ordinal + MONTHS)]
    rows = IncomeDay.objects.filter(creator_id=creator_id, stream=stream, date__gte=firsts[0])
    sums = rows.order_by("currency").annotate(month=TruncMonth("date")).values_list("currency", "month")
    found: dict[str, dict[dt.date, int]] = defaultdict(dict)
    for currency, month, amount in sums.annotate(sum=Sum("amount")):
        found[currency][month] = amount
    return [
        Months(currency, firsts, [amounts.get(first, 0) for first in firsts])
        for currency, amounts in found.items()
    ]
