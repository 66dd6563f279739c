"""Months of programmes: what would be credited, and what deserves a look before it is."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from partnerships.models import Accrual, AccrualDue, CloseItem, Metric, MetricWord, MonthClose, Programme
from partnerships.models.accruals import Limit
from partnerships.programme_states import CloseState
from partnerships.queries.programmes import open_in

OUTLIER = 3
"""So many times the month before is worth a look."""


@dataclass(frozen=True)
class Open:
    """What is open for one enrolment: `taken` as a positive amount."""

    earned: int
    taken: int


def next_month(month: dt.date) -> dt.date:
    """Of a month's first day, as `last_month`."""
    return (month + dt.timedelta(days=31)).replace(day=1)


def last_month(month: dt.date) -> dt.date:
    return (month - dt.timedelta(days=1)).replace(day=1)


def open_accruals(programme_id: uuid.UUID, month: dt.date) -> QuerySet[Accrual]:
    """Booked up to the end of the month and in no close: also what came too late for an earlier one."""
    return Accrual.objects.filter(
        enrolment__programme=programme_id,
        booked_date__lt=next_month(month),
        item__isnull=True,
        reversed_at__isnull=True,
    )


def month_to_prepare(programme: Programme, on: dt.date) -> dt.date | None:
    """The oldest month that ended before this day and has something to be credited; none while another one
    waits for its approval."""
    over = last_month(on.replace(day=1))
    first = open_accruals(programme.pk, over).aggregate(first=Min("booked_date"))["first"]
    last_close = programme.closes.order_by("-month").first()
    if first is None or (last_close and last_close.state == CloseState.PREPARED):
        return None
    month = first.replace(day=1)
    if last_close is not None:
        month = max(month, next_month(last_close.month))
    return month if month <= over else None


def close_of(programme_id: uuid.UUID, month: dt.date) -> MonthClose | None:
    return MonthClose.objects.filter(programme=programme_id, month=month).first()


def items_of(close: MonthClose) -> QuerySet[CloseItem]:
    """The largest first."""
    rows = close.items.select_related("enrolment__creator")
    return rows.annotate(accrued=Count("accruals")).order_by("-earned", "id")


def sums_of(close: MonthClose) -> tuple[int, int]:
    """What it credits, and what it takes back."""
    sums = close.items.aggregate(earned=Sum("earned", default=0), taken=Sum("taken", default=0))
    return sums["earned"], sums["taken"]


def figures_of(close: MonthClose) -> QuerySet[MetricWord]:
    """Every word on which a prepared close rests: all of its own month, whose budget creators share, and of
    earlier months those of creators who had a day corrected. Caps tie the days of a month together."""
    open_months = open_accruals(close.programme_id, close.month).annotate(month=TruncMonth("date"))
    corrected = open_months.filter(enrolment__creator=OuterRef("creator"), month=OuterRef("month"))
    own = Q(date__gte=close.month, date__lt=next_month(close.month))
    words = MetricWord.objects.filter(programme=close.programme_id).annotate(month=TruncMonth("date"))
    return words.filter(own | Exists(corrected))


def to_approve() -> QuerySet[MonthClose]:
    return MonthClose.objects.filter(state=CloseState.PREPARED).order_by("month")


def items_to_credit() -> list[uuid.UUID]:
    waiting = CloseItem.objects.filter(close__state=CloseState.APPROVED, credited_at__isnull=True)
    return list(waiting.order_by("enrolment__creator_id", "id").values_list("pk", flat=True))


def anomalies(
    programme: Programme, month: dt.date, items: list[CloseItem], last_total: int | None
) -> list[str]:
    return list(_anomalies(programme, month, items, last_total))


def _anomalies(programme, month, items, last_total) -> Iterator[str]:
    total = sum(item.earned for item in items)
    if last_total and total > OUTLIER * last_total:
        yield f"The whole is more than {OUTLIER} times the month before."
    for item in items:
        if item.last_earned and item.earned > OUTLIER * item.last_earned:
            yield f"{item.enrolment.creator}: more than {OUTLIER} times their month before."
    yield from _missing_days(programme, month)
    cut = open_accruals(programme.pk, month).exclude(limited_by=Limit.NONE)
    found = cut.aggregate(days=Count("pk"), people=Count("enrolment", distinct=True))
    if found["days"]:
        yield f"{found['days']} days of {found['people']} creators were cut by a cap or the budget."
    taken = sum(item.taken for item in items)
    if taken:
        yield "Figures of earlier months were corrected downwards: something is taken back."


def _missing_days(programme: Programme, month: dt.date) -> Iterator[str]:
    until = next_month(month)
    metrics = Metric.objects.filter(programme=programme, date__gte=month, date__lt=until)
    days = dict(metrics.order_by().values_list("creator").annotate(days=Count("date", distinct=True)))
    for enrolment in open_in(programme.pk, month, until - dt.timedelta(days=1)).select_related("creator"):
        known, every = days.get(enrolment.creator_id, 0), (until - month).days
        if known < every:
            yield f"{enrolment.creator}: figures of {known} of {every} days."


def sums_by_enrolment(programme_id: uuid.UUID, month: dt.date) -> dict[uuid.UUID, Open]:
    rows = open_accruals(programme_id, month).order_by().values_list("enrolment")
    sums = rows.annotate(
        earned=Sum("amount", filter=Q(amount__gt=0), default=0),
        taken=Sum("amount", filter=Q(amount__lt=0), default=0),
    )
    return {enrolment_id: Open(earned, -taken) for enrolment_id, earned, taken in sums}


def dues() -> list[uuid.UUID]:
    """Months that have to be worked out, oldest told first."""
    return list(AccrualDue.objects.order_by("id").values_list("pk", flat=True))
