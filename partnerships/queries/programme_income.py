"""What programmes brought: each accrual that stands, on the day it is booked."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable

from django.db.models import Case, Count, QuerySet, Sum, Value, When
from django.urls import reverse

from partnerships.income_streams import IncomeState, Line, Part, Source
from partnerships.models import Accrual
from partnerships.models.programmes import ProgrammeKind

STATE = Case(
    When(item__credited_at__isnull=False, then=Value(IncomeState.CREDITED)),
    default=Value(IncomeState.PENDING),
)


def source(kind: ProgrammeKind) -> Source:
    return Source(sums=_sums(kind), lines=_lines(kind))


def corrections_of(creator_id: uuid.UUID) -> dict[str, int]:
    """{currency: smallest parts below zero} that the next close of a month takes back: no account of the
    creator has lost them yet."""
    rows = Accrual.objects.filter(enrolment__creator=creator_id, amount__lt=0, reversed_at__isnull=True)
    rows = rows.filter(item__credited_at__isnull=True).order_by()
    return dict(rows.values_list("enrolment__programme__currency").annotate(sum=Sum("amount")))


def _standing(kind: ProgrammeKind) -> QuerySet[Accrual]:
    rows = Accrual.objects.filter(enrolment__programme__kind=kind, reversed_at__isnull=True)
    return rows.annotate(state=STATE)


def _sums(kind: ProgrammeKind) -> Callable:
    def sums(creator_id: uuid.UUID | None, dates: Collection[dt.date] | None) -> Iterable[Part]:
        rows = _standing(kind)
        if creator_id is not None:
            rows = rows.filter(enrolment__creator=creator_id)
        if dates is not None:
            rows = rows.filter(booked_date__in=dates)
        groups = rows.order_by().values_list(
            "enrolment__creator", "booked_date", "enrolment__programme__currency", "state"
        )
        for creator, date, currency, state, amount, count in groups.annotate(
            sum=Sum("amount"), rows=Count("pk")
        ):
            yield Part(creator, date, currency, IncomeState(state), amount, count)

    return sums


def _lines(kind: ProgrammeKind) -> Callable:
    def lines(creator_id: uuid.UUID, first: dt.date, last: dt.date) -> Iterable[Line]:
        rows = _standing(kind).filter(
            enrolment__creator=creator_id, booked_date__gte=first, booked_date__lte=last
        )
        for row in rows.select_related("enrolment__programme").order_by("-booked_date", "-id"):
            programme = row.enrolment.programme
            page = reverse("partnerships:programme", args=[programme.slug])
            yield Line(
                row.booked_date,
                programme.name
                if row.date == row.booked_date
                else f"{programme.name}, correction of {row.date}",
                programme.currency,
                IncomeState(row.state),
                row.amount,
                f"{page}?month={row.booked_date:%Y-%m}",
            )

    return lines
