"""Creators are reminded of what staff asked, and told before their papers run out."""

import datetime as dt
import uuid

from django.db import transaction
from django.urls import reverse

from payouts.models import IdentityVersion, InformationRequest, TaxForm
from payouts.notices import day_for, notify

REMIND_AFTER = (3, 7, 12)
"""Days after something was asked; its answer is due after 14."""
WARN_BEFORE = (30, 7, 0)
"""Days before something runs out."""
TOLD_AFTER = dt.timedelta(days=7)
"""What ran out longer ago was told then."""


@transaction.atomic
def remind(*, request_id: uuid.UUID, at: dt.datetime) -> bool:
    """Remind of one question, if it is time; returns whether it was. Another worker's reminder counts."""
    request = (
        InformationRequest.objects.select_for_update(of=("self",))
        .select_related("version__creator")
        .get(id=request_id)
    )
    due = sum(1 for days in REMIND_AFTER if request.asked_at + dt.timedelta(days=days) <= at)
    if request.answer_id is not None or due <= request.reminders:
        return False
    InformationRequest.objects.filter(id=request.id, answer__isnull=True).update(reminders=due)
    notify(
        person=request.version.creator,
        kind="identity_reminder",
        key=f"identity_reminder:{request.id}:{due}",
        at=at,
        facts={
            "field": request.get_field_display(),
            "question": request.question,
            "due_date": day_for(request.version.creator, request.due_at),
        },
        url=reverse("payouts:verification"),
    )
    return True


@transaction.atomic
def warn_of_expiry(*, version: IdentityVersion, at: dt.datetime) -> None:
    """Tell once 30 days ahead, once 7, and once when it has happened."""
    _warn("identity", version, "Your verification", reverse("payouts:verification"), at)


@transaction.atomic
def warn_of_tax_form(*, form: TaxForm, at: dt.datetime) -> None:
    """As above."""
    _warn("tax_form", form, f"Your {form.get_kind_display()}", reverse("payouts:tax_form"), at)


def _warn(noun: str, row: IdentityVersion | TaxForm, what: str, url: str, at: dt.datetime) -> None:
    """The key makes it once: of several steps that passed at once only the last is told."""
    left = row.expires_at - at
    step = min(days for days in WARN_BEFORE if left <= dt.timedelta(days=days))
    kind = "verification_expired" if step == 0 else "verification_expiring"
    notify(
        person=row.creator,
        kind=kind,
        key=f"{noun}_expiring:{row.id}:{step}",
        at=at,
        facts={"what": what, "last_day": row.last_day},
        url=url,
    )
