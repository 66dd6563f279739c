"""Every stream's rows in one shape: summed by day, and one by one.

Each noun that brings income gives two functions here. `sums` and `lines` count the same rows: a test of the
stream holds them together.
"""

from partnerships.income_streams import Line, Part, Source, Stream
from partnerships.queries import deal_income
from partnerships.queries.merch_income import merch_lines, merch_sums

__all__ = ["SOURCES", "Line", "Part", "Source"]

SOURCES: dict[Stream, Source] = {
    Stream.BRAND_DEALS: Source(deal_income.sums, deal_income.lines),
    Stream.MERCH: Source(merch_sums, merch_lines),
}
