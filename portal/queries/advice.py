"""What changed, in words that follow from the numbers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from partnerships.income_streams import Stream
from portal.queries.income import Earned, months_before

MOST = 3
_EARLY = 7
"""Until this day of a month there is more to say of the last two whole ones."""
_ROWS = {
    Stream.GIFTS: ("gift", "gifts"),
    Stream.CREATOR_FUND: ("paid day", "paid days"),
    Stream.AD_REVENUE: ("paid day", "paid days"),
    Stream.BRAND_DEALS: ("invoice or payment", "invoices and payments"),
    Stream.MERCH: ("shipment or refund", "shipments and refunds"),
    Stream.AFFILIATE: ("commission", "commissions"),
    Stream.NETWORKS: ("commission", "commissions"),
}


@dataclass(frozen=True)
class Span:
    first: dt.date
    last: dt.date


def spans(today: dt.date) -> tuple[Span, Span]:
    """What to compare: this month so far with the same days of the last one, or, in a month's first week, the
    last two whole months."""
    this = today.replace(day=1)
    last = months_before(this, 1)
    if today.day > _EARLY:
        return Span(this, today), Span(last, min(last + (today - this), this - dt.timedelta(days=1)))
    earlier = months_before(this, 2)
    return Span(last, this - dt.timedelta(days=1)), Span(earlier, last - dt.timedelta(days=1))


def changes(days: list[Earned], now: Span, before: Span, money: Callable[[int], str]) -> list[str]:
    """One sentence for each stream that moved the total most, the largest first. `days` cover both spans;
    `money` writes an amount of their currency."""
    told = []
    for stream in Stream:
        after, rows = _sum(days, stream, now)
        earlier, rows_before = _sum(days, stream, before)
        if after != earlier:
            sentence = _sentence(stream, (after, rows), (earlier, rows_before), money)
            told.append((abs(after - earlier), sentence))
    return [sentence for _, sentence in sorted(told, reverse=True)[:MOST]]


def _sum(days: list[Earned], stream: Stream, span: Span) -> tuple[int, int]:
    within = [day for day in days if day.stream == stream and span.first <= day.date <= span.last]
    return sum(day.worth or 0 for day in within), sum(day.rows for day in within)


def _sentence(
    stream: Stream, now: tuple[int, int], before: tuple[int, int], money: Callable[[int], str]
) -> str:
    (after, rows), (earlier, rows_before) = now, before
    if not earlier:
        return f"{stream.label} brought {money(after)}, after nothing in the time before."
    if not after:
        return f"{stream.label} brought nothing, after {money(earlier)}."
    direction = "more" if after > earlier else "less"
    start = (
        f"{stream.label} brought {money(abs(after - earlier))} {direction} "
        f"({money(after)} after {money(earlier)})"
    )
    return f"{start}: {_why(stream, now, before, money)}." if rows > 0 < rows_before else f"{start}."


def _why(stream: Stream, now: tuple[int, int], before: tuple[int, int], money: Callable[[int], str]) -> str:
    """How many there were, and what one was worth: the larger effect comes first."""
    (after, rows), (earlier, rows_before) = now, before
    each, each_before = after / rows, earlier / rows_before
    average = f"{money(round(each))} each after {money(round(each_before))}"
    count = f"{_counted(stream, rows)} after {_counted(stream, rows_before)}"
    if rows == rows_before:
        return f"as many {_ROWS[stream][1]}, {average}"
    by_count, by_worth = (rows - rows_before) * each_before, (each - each_before) * rows
    if abs(by_worth) * 10 < abs(by_count):
        return f"{count}, each worth about the same"
    return f"{count}, {average}" if abs(by_count) >= abs(by_worth) else f"{average}, {count}"


def _counted(stream: Stream, rows: int) -> str:
    singular, plural = _ROWS[stream]
    return f"{rows:,} {singular if rows == 1 else plural}"
