"""Words to creators about programmes."""

import datetime as dt

from django.urls import reverse

from partnerships.models import Enrolment, Programme, ProgrammeTerms
from partnerships.notices import notify
from partnerships.programme_states import EnrolmentState
from partnerships.webhooks import publish_enrolment

_PUBLISHED = frozenset({"enrolled", "refused", "suspended", "resumed"})


def page_of(programme: Programme) -> str:
    return reverse("partnerships:programme", args=[programme.slug])


def tell(enrolment: Enrolment, kind: str, key: str, at: dt.datetime, **facts) -> None:
    if kind in _PUBLISHED:
        publish_enrolment(enrolment, kind, key=key, at=at, facts=facts)
    notify(
        person=enrolment.creator,
        kind=f"programme_{kind}",
        key=f"programme:{kind}:{key}",
        at=at,
        facts={"programme": enrolment.programme.name, **facts},
        url=page_of(enrolment.programme),
    )


def tell_of_terms(terms: ProgrammeTerms, at: dt.datetime) -> None:
    """Everybody who takes part, or is suspended."""
    taking_part = terms.programme.enrolments.filter(
        state__in=[EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED]
    )
    for enrolment in taking_part.select_related("creator", "programme"):
        tell(
            enrolment,
            "terms",
            f"{terms.pk}:{enrolment.pk}",
            at,
            reason=terms.reason or "What it pays, or who may take part, changes.",
            effective_date=terms.effective_date,
        )
