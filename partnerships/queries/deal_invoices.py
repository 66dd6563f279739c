"""A creator's invoices to brands, and how old what is open of them is."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db.models import Case, CharField, Count, F, QuerySet, Sum, Value, When

from partnerships.deal_states import OPEN, InvoiceState
from partnerships.models import Brand, Invoice

AGES = {
    "current": "Not due yet",
    "1-30": "1–30 days",
    "31-60": "31–60 days",
    "61-90": "61–90 days",
    "over-90": "Over 90 days",
}
"""By how many days invoices are overdue."""


@dataclass
class Ageing:
    """What is open in one currency, tax included: {age: amount}."""

    currency: str
    ages: dict[str, int] = field(default_factory=lambda: dict.fromkeys(AGES, 0))

    @property
    def total(self) -> int:
        return sum(self.ages.values())


def invoices_of(creator_id: uuid.UUID) -> QuerySet[Invoice]:
    """Drafts first, then the newest number."""
    rows = Invoice.objects.filter(creator_id=creator_id).select_related("brand", "deal", "credits")
    return rows.order_by(F("number").desc(nulls_first=True), "-id")


def aged(rows: QuerySet[Invoice], on: dt.date) -> QuerySet[Invoice]:
    """`age` of each that is open: one of AGES."""
    bands = [
        When(due_date__gte=on, then=Value("current")),
        *(
            When(due_date__gte=on - dt.timedelta(days=days), then=Value(f"{days - 29}-{days}"))
            for days in (30, 60, 90)
        ),
    ]
    return rows.annotate(age=Case(*bands, default=Value("over-90"), output_field=CharField()))


def filtered(
    creator_id: uuid.UUID, on: dt.date, *, state: str = "", age: str = "", brand: uuid.UUID | None = None
) -> QuerySet[Invoice]:
    found = aged(invoices_of(creator_id), on)
    if state:
        found = found.filter(state=state)
    if age:
        found = found.filter(age=age, state__in=OPEN, credits=None)
    if brand:
        found = found.filter(brand_id=brand)
    return found


def ageing(creator_id: uuid.UUID, on: dt.date) -> list[Ageing]:
    """A row for each currency in which something is open."""
    rows = aged(Invoice.objects.filter(creator_id=creator_id, state__in=OPEN, credits=None), on)
    found: dict[str, Ageing] = {}
    for currency, age, amount in (
        rows.values_list("currency", "age").annotate(sum=Sum(F("gross") - F("paid"))).order_by("currency")
    ):
        found.setdefault(currency, Ageing(currency)).ages[age] = amount
    return list(found.values())


@dataclass(frozen=True)
class BrandTotals:
    currency: str
    invoiced: int
    paid: int
    open: int
    count: int


def totals_of_brand(brand: Brand) -> list[BrandTotals]:
    """By currency, tax included: what was invoiced and not cancelled, what came, what is open."""
    rows = Invoice.objects.filter(brand=brand, credits=None).exclude(
        state__in=(InvoiceState.DRAFT, InvoiceState.CANCELLED)
    )
    waiting = Sum(Case(When(state__in=OPEN, then=F("gross") - F("paid")), default=Value(0)))
    sums = rows.values_list("currency").annotate(
        asked=Sum("gross"), came=Sum("paid"), waiting=waiting, count=Count("pk")
    )
    return [BrandTotals(*row) for row in sums.order_by("currency")]
