"""Programmes with terms, creators in them, and what was counted."""

import datetime as dt

from partnerships.models import Enrolment, Programme, ProgrammeTerms
from partnerships.models.programmes import ProgrammeKind
from partnerships.operations.accruals import accrue_due
from partnerships.operations.enrolments import apply
from partnerships.operations.metrics import Counted, record_followers, record_metrics
from partnerships.operations.programmes import add_programme, announce_terms
from partnerships.queries.closes import dues
from tests.factories.people import CreatorFactory, StaffFactory

START = dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC)
"""Programmes and enrolments begin on this day."""
MARCH = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)


def boss(**facts):
    return StaffFactory(is_superuser=True, **facts)


def make_programme(
    actor, kind=ProgrammeKind.CREATOR_FUND, *, slug="fund", rates=None, at=START, **terms
) -> Programme:
    """A fund that pays EUR 2 a thousand views from Germany and EUR 1 from elsewhere; no criteria but age."""
    programme = add_programme(
        actor=actor,
        kind=kind,
        slug=slug,
        name=kind.label,
        description="Pays for what you stream.",
        currency=terms.pop("currency", "EUR"),
        reviews_applications=terms.pop("reviews_applications", False),
        at=at,
    )
    if rates is None:
        rates = {"DE": 2_000_000, "": 1_000_000} if kind == ProgrammeKind.CREATOR_FUND else {}
    effective_date = terms.pop("effective_date", at.date())
    announce_terms(
        terms=ProgrammeTerms(programme=programme, effective_date=effective_date, **terms),
        rates=rates,
        actor=actor,
        at=at,
    )
    return programme


def enrol(programme: Programme, creator=None, at=START) -> Enrolment:
    return apply(creator=creator or CreatorFactory(), programme=programme, at=at)


def count(enrolment: Enrolment, actor, *days: tuple, at=MARCH) -> None:
    """Metrics of ("2026-01-05", "DE", qualified views, ad revenue in millionths) each."""
    rows = [
        Counted(enrolment.creator_id, dt.date.fromisoformat(date), country, views, views, *micros)
        for date, country, views, *micros in days
    ]
    record_metrics(programme=enrolment.programme, rows=rows, actor=actor, at=at)


def follow(creator, actor, followers: int, at=START) -> None:
    record_followers(counts=[(creator.pk, at.date(), followers)], actor=actor, at=at)


def work_out(at=MARCH) -> int:
    """Everything that is due; returns how many days changed."""
    return sum(accrue_due(due_id=due_id, at=at) for due_id in dues())
