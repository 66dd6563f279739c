"""Programmes and their terms. Terms are announced, never edited: a change is a new row with a day of its
own, far enough ahead for those who live by it."""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from ledger.units import is_currency
from partnerships.models import Programme, ProgrammeRate, ProgrammeTerms
from partnerships.models.programmes import ProgrammeKind
from partnerships.operations.programme_notices import tell_of_terms
from partnerships.queries.programmes import terms_of

NOTICE = dt.timedelta(days=14)
"""Between the announcement of new terms and their first day; a programme's first terms need none."""


class NotPermitted(Exception):
    """This person may not do that."""

    code = "not_permitted"


class UnableToAnnounce(Exception):
    """`field` names what is wrong, where one thing is."""

    code = "unable_to_announce"

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


def permit(actor, permission: str) -> None:
    """Raises NotPermitted."""
    if not (actor.is_staff and actor.has_perm(f"partnerships.{permission}")):
        raise NotPermitted("You don't have the permission for this.")


def add_programme(
    *,
    actor,
    kind: ProgrammeKind,
    slug: str,
    name: str,
    description: str,
    currency: str,
    at: dt.datetime,
    reviews_applications: bool = False,
) -> Programme:
    """A programme without terms yet: nobody can apply before `announce_terms`. The same slug and facts return
    it. Raises NotPermitted, UnableToAnnounce."""
    permit(actor, "manage_programmes")
    if not is_currency(currency):
        raise UnableToAnnounce("Not a currency of ISO 4217.", "currency")
    facts = {
        "kind": kind,
        "name": name,
        "description": description,
        "currency": currency,
        "reviews_applications": reviews_applications,
    }
    programme, new = Programme.objects.get_or_create(slug=slug, defaults={**facts, "created_at": at})
    if not new and any(getattr(programme, field) != value for field, value in facts.items()):
        raise UnableToAnnounce("Another programme has this short name.", "slug")
    return programme


def refuse_terms(*, terms: ProgrammeTerms, rates: Mapping[str, int], at: dt.datetime) -> None:
    """Whether these terms may be announced. Raises UnableToAnnounce."""
    known = terms_of(terms.programme_id)
    soonest = at.date() + (NOTICE if known else dt.timedelta(0))
    if terms.effective_date < soonest:
        words = f"Terms are announced {NOTICE.days} days ahead" if known else "Terms can't begin in the past"
        raise UnableToAnnounce(f"{words}: choose {soonest:%Y-%m-%d} or later.", "effective_date")
    if any(each.effective_date == terms.effective_date for each in known):
        raise UnableToAnnounce("Other terms begin on that very day.", "effective_date")
    if terms.programme.kind == ProgrammeKind.CREATOR_FUND and not any(rates.values()):
        raise UnableToAnnounce("A creator fund pays for views: give at least one rate.", "rates")
    if terms.programme.kind == ProgrammeKind.AD_REVENUE and rates:
        raise UnableToAnnounce("Ad revenue is shared, not paid by views: leave the rates out.", "rates")
    if terms.monthly_cap and terms.daily_cap and terms.monthly_cap < terms.daily_cap:
        raise UnableToAnnounce("The cap of a month is below that of a day.", "monthly_cap")


def announce_terms(
    *, terms: ProgrammeTerms, rates: Mapping[str, int], actor, at: dt.datetime
) -> ProgrammeTerms:
    """Save terms that nobody has seen yet, and tell those who take part. `rates`: millionths of the currency
    for 1,000 qualified views by country, "" for all others.

    Raises NotPermitted, UnableToAnnounce."""
    permit(actor, "manage_programmes")
    terms.announced_at, terms.announced_by = at, actor
    try:
        with transaction.atomic():
            Programme.objects.select_for_update().get(pk=terms.programme_id)
            refuse_terms(terms=terms, rates=rates, at=at)
            terms.save(force_insert=True)
            ProgrammeRate.objects.bulk_create(
                ProgrammeRate(terms=terms, country=country, rpm_micros=micros)
                for country, micros in rates.items()
            )
            tell_of_terms(terms, at)
    except IntegrityError as error:
        raise UnableToAnnounce("These amounts contradict each other.") from error
    return terms
