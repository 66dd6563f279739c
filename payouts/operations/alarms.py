"""Alarms for what nobody moves."""

import datetime as dt

import structlog
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from payouts.batch_states import UNKNOWN
from payouts.gates.stops import stopped
from payouts.models import BankEntry, PayoutRequest
from payouts.notices import notify
from payouts.queries import policy_for
from payouts.queries.holds import stuck

logger = structlog.get_logger(__name__)


@transaction.atomic
def tell_of_stuck_holds(*, at: dt.datetime) -> int:
    """Tells everybody who reviews payouts, once a day, how many have not moved for two days, and puts it into
    the log for whoever watches that. Returns how many there are."""
    waiting = list(stuck(at))
    if waiting:
        oldest = waiting[0]
        logger.error("payouts_stuck", count=len(waiting), oldest=oldest.reference, since=str(oldest.since))
        for person in _reviewers():
            notify(
                person=person,
                kind="payouts_stuck",
                key=f"payouts_stuck:{at.astimezone(dt.UTC).date()}:{person.pk}",
                at=at,
                facts={"count": len(waiting), "reference": oldest.reference, "since": oldest.since},
                url=reverse("admin:treasury"),
            )
    return len(waiting)


def tell_of_second_booking(entry: BankEntry, *, at: dt.datetime) -> None:
    """Tells everybody who reviews payouts that the bank moved the money of one payment a second time."""
    logger.error("payment_booked_twice", entry=str(entry.pk), reference=entry.end_to_end_id)
    for person in _reviewers():
        notify(
            person=person,
            kind="payment_booked_twice",
            key=f"payment_booked_twice:{entry.pk}:{person.pk}",
            at=at,
            facts={"amount": entry.amount, "currency": entry.currency, "reference": entry.end_to_end_id},
            url=reverse("admin:payouts_bankentry_change", args=[entry.pk]),
        )


def tell_left_out(payout: PayoutRequest, code: str, reason: str, *, at: dt.datetime) -> None:
    """Tells its creator, once for each reason, why an approved payout did not leave. What we could not find
    out is ours to look into, and told nobody; of a stop everybody is told whom it concerns."""
    if code == UNKNOWN or stopped(payout, policy_for(str(payout.creator.country), at)):
        return
    notify(
        person=payout.creator,
        kind="payout_left_out",
        key=f"payout_left_out:{payout.pk}:{code}",
        at=at,
        facts={
            "reason": reason,
            "net": payout.net,
            "currency": payout.currency,
            "reference": payout.reference,
        },
        url=reverse("payouts:payout", args=[payout.pk]),
    )


def _reviewers():
    """Staff who may review payouts, by whichever way they were allowed to."""
    allowed = {"codename": "review_payout", "content_type__app_label": "payouts"}
    by = Q(is_superuser=True)
    for way in ("user_permissions", "groups__permissions"):
        by |= Q(**{f"{way}__{name}": value for name, value in allowed.items()})
    return get_user_model().objects.filter(by, is_staff=True, is_active=True).distinct()
