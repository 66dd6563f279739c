"""A creator's brand deals: on the board, in the table and alone."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from partnerships.days import begin, end
from partnerships.deal_states import AHEAD, DONE, OPEN, InvoiceState, Stage
from partnerships.models import Brand, BrandDeal, Invoice, Milestone

MOST_ENDED = 8
"""So many of what is paid or lost stand on the board: the table has all."""
ENDED = (Stage.PAID, Stage.LOST)
SORTS = {
    "moved": ("-moved_at", "-id"),
    "title": ("title", "id"),
    "brand": ("brand__name", "id"),
    "value": ("currency", "-value", "id"),
    "stage": ("place", "-moved_at", "-id"),
    "due": (F("due").asc(nulls_last=True), "id"),
    "end": (F("end_date").asc(nulls_last=True), "id"),
}


@dataclass
class Column:
    """A stage with its deals; `totals` is {currency: value} of all of them, `count` theirs."""

    stage: Stage
    deals: list[BrandDeal] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    count: int = 0


def deals_of(creator_id: uuid.UUID) -> QuerySet[BrandDeal]:
    return BrandDeal.objects.filter(creator_id=creator_id).select_related("brand")


def with_dates(deals: QuerySet[BrandDeal], on: dt.date) -> QuerySet[BrandDeal]:
    """`due` is the next day on which something of it is to be delivered, `owes` whether an invoice of it is
    overdue."""
    late = Invoice.objects.filter(deal=OuterRef("pk"), state__in=OPEN, credits=None, due_date__lt=on)
    open_ones = ~Q(deliverables__state__in=DONE)
    return deals.annotate(due=Min("deliverables__due_date", filter=open_ones), owes=Exists(late))


def board(creator_id: uuid.UUID, on: dt.date) -> list[Column]:
    """Every stage in its order, with what moved last on top."""
    columns = {stage: Column(stage) for stage in Stage}
    mine = deals_of(creator_id)
    sums = mine.order_by().values_list("stage", "currency").annotate(Sum("value"), Count("pk"))
    for stage, currency, value, count in sums.order_by("currency"):
        columns[Stage(stage)].totals[currency] = value
        columns[Stage(stage)].count += count
    shown = with_dates(mine, on).order_by("-moved_at", "-id")
    piles = [shown.exclude(stage__in=ENDED), *(shown.filter(stage=stage)[:MOST_ENDED] for stage in ENDED)]
    for deal in (deal for pile in piles for deal in pile):
        columns[Stage(deal.stage)].deals.append(deal)
    return list(columns.values())


def table(
    creator_id: uuid.UUID,
    on: dt.date,
    *,
    stage: str = "",
    brand: uuid.UUID | None = None,
    first: dt.date | None = None,
    last: dt.date | None = None,
    text: str = "",
    sort: str = "moved",
) -> QuerySet[BrandDeal]:
    """Those whose time touches the days from `first` to `last`, and whose words hold `text`."""
    found = with_dates(deals_of(creator_id), on).annotate(place=_place())
    if stage:
        found = found.filter(stage=stage)
    if brand:
        found = found.filter(brand_id=brand)
    if first:
        found = found.filter(Q(end_date__gte=first) | Q(end_date=None, made_at__gte=begin(first)))
    if last:
        found = found.filter(Q(start_date__lte=last) | Q(start_date=None, made_at__lte=end(last)))
    if text:
        words = ("title", "brand__name", "category", "notes")
        found = found.filter(_any(Q(**{f"{word}__icontains": text}) for word in words))
    descending = sort.startswith("-")
    order = SORTS.get(sort.removeprefix("-"), SORTS["moved"])
    return found.order_by(*order).reverse() if descending else found.order_by(*order)


def _place() -> Case:
    places = (When(stage=stage, then=Value(place)) for place, stage in enumerate(Stage))
    return Case(*places, output_field=IntegerField())


def _any(conditions: Iterable[Q]) -> Q:
    together = Q()
    for condition in conditions:
        together |= condition
    return together


def totals(deals: QuerySet[BrandDeal]) -> dict[str, int]:
    """{currency: value}."""
    rows = BrandDeal.objects.filter(pk__in=deals.order_by().values("pk"))
    return dict(rows.values_list("currency").annotate(Sum("value")).order_by("currency"))


def brands_of(creator_id: uuid.UUID) -> QuerySet[Brand]:
    return Brand.objects.filter(creator_id=creator_id).order_by("name")


def overdue(creator_id: uuid.UUID, on: dt.date) -> dict[str, int]:
    """{currency: amount} of what brands should have paid before this day, without tax, as all income."""
    late = Invoice.objects.filter(
        creator_id=creator_id, state__in=OPEN, credits=None, due_date__lt=on
    ).order_by("currency")
    return dict(late.values_list("currency").annotate(rest=Sum(F("net") - F("paid_net"))))


def outstanding(creator_id: uuid.UUID) -> list[tuple[dt.date, str, int]]:
    """(due date, currency, rest without tax) of each open invoice, the longest due first."""
    unpaid = Invoice.objects.filter(creator_id=creator_id, state__in=OPEN, credits=None).order_by("due_date")
    return list(unpaid.annotate(rest=F("net") - F("paid_net")).values_list("due_date", "currency", "rest"))


def forecast(creator_id: uuid.UUID, on: dt.date) -> dict[dt.date, dict[str, int]]:
    """{first day of the month: {currency: amount}} of milestones that are agreed and not invoiced yet,
    without tax, in the month in which they are due; those of earlier months count for this one."""
    waiting = Milestone.objects.filter(deal__creator_id=creator_id, deal__stage__in=AHEAD).filter(
        Q(invoice=None) | Q(invoice__state=InvoiceState.DRAFT)
    )
    months: dict[dt.date, dict[str, int]] = {}
    for due, currency, amount in waiting.order_by("due_date").values_list(
        "due_date", "deal__currency", "amount"
    ):
        month = months.setdefault(max(due, on).replace(day=1), {})
        month[currency] = month.get(currency, 0) + amount
    return months
