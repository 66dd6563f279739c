"""Affiliate commissions as income: each on the day of its order, what was taken back of it on its own."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import TruncDate
from django.urls import reverse

from partnerships.affiliate_states import WAITING
from partnerships.income_streams import IncomeState, Line, Part, Party, Source
from partnerships.models import AffiliateConversion, AffiliateReversal


def sums(creator_id: uuid.UUID | None, dates: Collection[dt.date] | None) -> Iterable[Part]:
    amounts, rows = Counter(), Counter()
    for sign, found in ((1, _earned(creator_id)), (-1, _taken_back(creator_id))):
        if dates is not None:
            found = found.filter(day__in=dates)
        added = found.order_by().values_list("owner", "day", "unit", "waits")
        for *key, amount, count in added.annotate(sum=Sum("parts"), count=Count("id")):
            amounts[tuple(key)] += sign * amount
            rows[tuple(key)] += count
    return [
        Part(owner, day, unit, _state(waits), amounts[owner, day, unit, waits], count)
        for (owner, day, unit, waits), count in rows.items()
    ]


def lines(creator_id: uuid.UUID, first: dt.date, last: dt.date) -> Iterable[Line]:
    between = {"day__gte": first, "day__lte": last}
    found = [
        Line(
            row.day,
            f"Order {row.order_id} at {row.programme}",
            row.currency,
            _state(row.waits),
            row.commission,
            _page(row),
        )
        for row in _earned(creator_id).filter(**between).select_related("programme")
    ]
    for row in _taken_back(creator_id).filter(**between).select_related("conversion__programme"):
        order = row.conversion
        words = f"{row.get_cause_display()}: order {order.order_id} at {order.programme}"
        found.append(Line(row.day, words, order.currency, _state(row.waits), -row.commission, _page(order)))
    return sorted(found, key=lambda line: line.date, reverse=True)


def _earned(creator_id: uuid.UUID | None):
    rows = AffiliateConversion.objects.filter(commission__gt=0)
    rows = rows if creator_id is None else rows.filter(creator_id=creator_id)
    return rows.annotate(
        owner=F("creator_id"),
        unit=F("currency"),
        parts=F("commission"),
        day=TruncDate("converted_at", tzinfo=dt.UTC),
        waits=ExpressionWrapper(Q(credited_at__isnull=True), BooleanField()),
    )


def _taken_back(creator_id: uuid.UUID | None):
    rows = AffiliateReversal.objects.filter(commission__gt=0)
    rows = rows if creator_id is None else rows.filter(conversion__creator_id=creator_id)
    return rows.annotate(
        owner=F("conversion__creator_id"),
        unit=F("conversion__currency"),
        parts=F("commission"),
        day=TruncDate("at", tzinfo=dt.UTC),
        waits=ExpressionWrapper(Q(conversion__credited_at__isnull=True), BooleanField()),
    )


def _state(waits: bool) -> IncomeState:
    return IncomeState.PENDING if waits else IncomeState.CREDITED


def _page(conversion: AffiliateConversion) -> str:
    return reverse("partnerships:affiliate_conversion", args=[conversion.pk])


def programmes(creator_id: uuid.UUID, first: dt.date, last: dt.date) -> Iterable[Party]:
    earned = _earned(creator_id).annotate(name=F("programme__name"))
    taken = _taken_back(creator_id).annotate(name=F("conversion__programme__name"))
    return [
        Party(name, day, unit, sign * amount)
        for sign, rows in ((1, earned), (-1, taken))
        for name, day, unit, amount in rows.filter(day__range=(first, last))
        .order_by()
        .values_list("name", "day", "unit")
        .annotate(sum=Sum("parts"))
    ]


SOURCE = Source(sums, lines, programmes)


@dataclass(frozen=True)
class Expected:
    """Commissions that become payable in the month that begins on `first`, if nothing takes them back."""

    first: dt.date
    currency: str
    amount: int
    rows: int


def pending_forecast(creator_id: uuid.UUID, at: dt.datetime) -> list[Expected]:
    """By month (UTC) and currency, oldest first; what could be payable already counts for that of `at`."""
    this = at.astimezone(dt.UTC).date().replace(day=1)
    amounts, counts = Counter(), Counter()
    waiting = AffiliateConversion.objects.filter(creator_id=creator_id, state__in=WAITING)
    for payable_at, currency, kept in waiting.annotate(left=F("commission") - F("reversed")).values_list(
        "payable_at", "currency", "left"
    ):
        first = max(this, payable_at.astimezone(dt.UTC).date().replace(day=1))
        amounts[first, currency] += kept
        counts[first, currency] += 1
    return [Expected(*key, amounts[key], counts[key]) for key in sorted(amounts)]
