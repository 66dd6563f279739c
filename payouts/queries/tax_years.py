"""What creators were paid in a calendar year (UTC), as tax offices ask for it. What was paid counts on the
day of its invoice; what came back is taken off on the day of its credit note."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, ExtractQuarter, ExtractYear

from payouts.models import SelfBillingInvoice

SIGN = Case(When(credits__isnull=True, then=Value(1)), default=Value(-1))
"""A credit note takes off what its invoice added."""
_TAX = Cast("payout__tax", DecimalField(max_digits=30, decimal_places=0))
TAX_USD = _TAX * F("payout__gross_usd") / F("payout__gross")
"""What was withheld in US cents, at the rate of its payout."""
SUMS = {
    "gross": Sum("amount"),
    "gross_usd": Sum(SIGN * F("payout__gross_usd")),
    "fees": Sum(SIGN * (F("payout__fee") + F("payout__fx_fee"))),
    "tax": Sum(SIGN * F("payout__tax")),
    "net": Sum(SIGN * F("payout__net")),
    "payouts": Count("id", filter=Q(credits__isnull=True)) - Count("id", filter=Q(credits__isnull=False)),
}


@dataclass(frozen=True)
class Totals:
    """`gross - fees - tax = net` in the smallest part of `currency`; `gross_usd` in US cents."""

    quarter: int
    currency: str
    gross: int
    gross_usd: int
    fees: int
    tax: int
    net: int
    payouts: int


@dataclass(frozen=True)
class Year:
    """`quarters` by quarter and currency; `years` the whole by currency."""

    year: int
    quarters: list[Totals]
    years: list[Totals]


def tax_years_of(creator_id: uuid.UUID) -> list[int]:
    """Latest first."""
    rows = SelfBillingInvoice.objects.filter(series__creator_id=creator_id)
    years = rows.annotate(year=ExtractYear("issued_at", tzinfo=dt.UTC)).order_by("-year")
    return list(years.values_list("year", flat=True).distinct())


def invoiced_in(year: int) -> QuerySet[SelfBillingInvoice]:
    start = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    end = dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC)
    rows = SelfBillingInvoice.objects.filter(issued_at__gte=start, issued_at__lt=end)
    return rows.annotate(quarter=ExtractQuarter("issued_at", tzinfo=dt.UTC)).order_by()


def year_totals(creator_id: uuid.UUID, year: int) -> Year:
    mine = invoiced_in(year).filter(series__creator_id=creator_id)
    by_quarter = mine.values("quarter", "currency").annotate(**SUMS).order_by("quarter", "currency")
    quarters = [Totals(**row) for row in by_quarter]
    whole = mine.values("currency").annotate(**SUMS).order_by("currency")
    return Year(year, quarters, [Totals(quarter=0, **row) for row in whole])
