"""Programmes, the terms of a day, and who takes part."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import F, Prefetch, Q, QuerySet

from partnerships.models import (
    Appeal,
    Enrolment,
    EnrolmentEvent,
    EnrolmentPeriod,
    Programme,
    ProgrammeRate,
    ProgrammeTerms,
)
from partnerships.programme_states import AppealState, EnrolmentState


def terms_newest_first() -> QuerySet[ProgrammeTerms]:
    """Each with its rates."""
    rows = ProgrammeTerms.objects.order_by("-effective_date")
    return rows.prefetch_related(Prefetch("rates", ProgrammeRate.objects.order_by("country")))


def terms_of(programme_id: uuid.UUID) -> list[ProgrammeTerms]:
    """Newest first, each with its rates."""
    return list(terms_newest_first().filter(programme=programme_id))


def in_force(terms: Sequence[ProgrammeTerms], day: dt.date) -> ProgrammeTerms | None:
    """Of terms newest first, those of this day."""
    return next((each for each in terms if each.effective_date <= day), None)


def terms_on(programme_id: uuid.UUID, day: dt.date) -> ProgrammeTerms | None:
    return in_force(terms_of(programme_id), day)


def programmes() -> QuerySet[Programme]:
    return Programme.objects.order_by("name")


def enrolments_of(creator_id: uuid.UUID) -> dict[uuid.UUID, Enrolment]:
    """By programme."""
    rows = Enrolment.objects.filter(creator=creator_id).select_related("programme")
    return {row.programme_id: row for row in rows}


def enrolment_in(programme_id: uuid.UUID, creator_id: uuid.UUID) -> Enrolment | None:
    return Enrolment.objects.filter(programme=programme_id, creator=creator_id).first()


def events_of(enrolment: Enrolment) -> QuerySet[EnrolmentEvent]:
    return enrolment.events.select_related("actor").order_by("id")


def appeals_of(enrolment: Enrolment) -> QuerySet[Appeal]:
    return enrolment.appeals.order_by("-made_at")


def counts_on(periods: Sequence[EnrolmentPeriod], day: dt.date) -> bool:
    return any(
        period.first_date <= day and (period.last_date is None or day <= period.last_date)
        for period in periods
    )


def may_appeal(enrolment: Enrolment) -> bool:
    """Once for each suspension."""
    if enrolment.state != EnrolmentState.SUSPENDED:
        return False
    since = enrolment.events.filter(code="suspended").order_by("-id").values_list("at", flat=True).first()
    return not enrolment.appeals.filter(made_at__gte=since).exists()


def left_suspended(enrolment: Enrolment) -> bool:
    """Whether they left, or were refused, and the last word of staff on their taking part is a suspension."""
    if enrolment.state not in (EnrolmentState.LEFT, EnrolmentState.APPLIED, EnrolmentState.REFUSED):
        return False
    said = enrolment.events.filter(code__in=("enrolled", "suspended", "resumed", "reinstated"))
    return said.order_by("-id").values_list("code", flat=True).first() == "suspended"


def applications_to_decide() -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(state=EnrolmentState.APPLIED).order_by("applied_at")


def appeals_to_decide() -> QuerySet[Appeal]:
    return Appeal.objects.filter(state=AppealState.OPEN).order_by("made_at")


def open_in(programme_id: uuid.UUID, first: dt.date, last: dt.date) -> QuerySet[Enrolment]:
    """Enrolments that counted on some day between these two."""
    counted = Q(periods__last_date__isnull=True) | (
        Q(periods__last_date__gte=first) & Q(periods__last_date__gte=F("periods__first_date"))
    )
    rows = Enrolment.objects.filter(counted, programme=programme_id, periods__first_date__lte=last)
    return rows.distinct()
