"""Every stream's rows in one shape: summed by day, and one by one.

Each noun that brings income gives two functions here. `sums` and `lines` count the same rows: a test of the
stream holds them together.
"""

import datetime as dt
import uuid
from collections.abc import Collection

from partnerships.income_streams import IncomeState, Line, Part, Source, Stream
from partnerships.models import IncomeDay
from partnerships.models.programmes import ProgrammeKind
from partnerships.queries import affiliate_income, deal_income, network_income, programme_income
from partnerships.queries.merch_income import merch_lines, merch_stores, merch_sums

__all__ = ["SOURCES", "Line", "Part", "Source"]

SOURCES: dict[Stream, Source] = {
    Stream.AFFILIATE: affiliate_income.SOURCE,
    Stream.CREATOR_FUND: programme_income.source(ProgrammeKind.CREATOR_FUND),
    Stream.AD_REVENUE: programme_income.source(ProgrammeKind.AD_REVENUE),
    Stream.BRAND_DEALS: Source(deal_income.sums, deal_income.lines, deal_income.brands),
    Stream.MERCH: Source(merch_sums, merch_lines, merch_stores),
    Stream.NETWORKS: network_income.SOURCE,
}


def days_between(
    creator_id: uuid.UUID, *, since: dt.date, until: dt.date, streams: Collection[Stream]
) -> list[tuple[Stream, dt.date, str, IncomeState, int, int]]:
    """(stream, date, currency, state, amount, rows) of each kept sum, both ends inclusive."""
    days = IncomeDay.objects.filter(
        creator_id=creator_id, date__gte=since, date__lte=until, stream__in=streams
    )
    return [
        (Stream(stream), date, currency, IncomeState(state), amount, rows)
        for stream, date, currency, state, amount, rows in days.values_list(
            "stream", "date", "currency", "state", "amount", "rows"
        )
    ]


def sums_of_state(
    creator_id: uuid.UUID, *, state: IncomeState, streams: Collection[Stream], until: dt.date
) -> list[tuple[dt.date, str, int]]:
    """(date, currency, amount) of each kept sum that came this far up to a day."""
    days = IncomeDay.objects.filter(creator_id=creator_id, state=state, stream__in=streams, date__lte=until)
    return list(days.order_by("date").values_list("date", "currency", "amount"))
