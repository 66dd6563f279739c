"""One mail for each thing that happens to a creator's payout or bank account, in the creator's language, time
zone and formats. Rows say what is still to be sent; each mail stands alone."""

import datetime as dt
import uuid
import zoneinfo

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from payouts.models import PayoutEvent, PayoutMethod
from payouts.states import State
from payouts.timeline import HAPPENED, NEXT

logger = structlog.get_logger(__name__)
HEADLINES = {
    State.REQUESTED: "We have your payout request",
    State.ON_HOLD: "Your payout is on hold",
    State.APPROVED: "Your payout is approved",
    State.PAID: "Your payout is paid",
    State.RETURNED: "Your payout came back",
    State.FAILED: "Your payout could not be sent",
    State.REJECTED: "Your payout was not approved",
    State.CANCELLED: "Your payout is cancelled",
}
"""What each mail says first; the other states are passed through without one."""
NEWS = dt.timedelta(days=7)
"""What happened longer ago is no news; its page tells it."""


def send_waiting(*, at: dt.datetime) -> int:
    """Send what waits, oldest first; one that fails waits for the next sweep and stops no other. Returns how
    many were sent."""
    events = PayoutEvent.objects.filter(
        mailed_at__isnull=True, at__gt=at - NEWS, to_state__in=HEADLINES
    ).exclude(from_state=F("to_state"))
    methods = PayoutMethod.objects.filter(mailed_at__isnull=True, added_at__gt=at - NEWS)
    waiting = [(rows.model, row_id) for rows in (events, methods) for row_id in _ids(rows)]
    return sum(_send(model, row_id, at) for model, row_id in waiting)


def _ids(rows: QuerySet) -> list[uuid.UUID]:
    return list(rows.order_by("id").values_list("id", flat=True))


def _send(model: type[Model], row_id: uuid.UUID, at: dt.datetime) -> bool:
    """The lock lets two workers send a mail once; a mail sent by a worker that dies before its commit goes
    out twice, which is better than never."""
    try:
        with transaction.atomic():
            row = (
                model.objects.select_for_update(skip_locked=True)
                .filter(id=row_id, mailed_at__isnull=True)
                .first()
            )
            if row is None:
                return False
            mail_of(row).send()
            model.objects.filter(id=row_id).update(mailed_at=at)
    except Exception:
        logger.exception("mail not sent", row=str(row_id))
        return False
    return True


def mail_of(row: PayoutEvent | PayoutMethod) -> EmailMultiAlternatives:
    """The mail that tells a creator of this row."""
    if isinstance(row, PayoutMethod):
        person, name = row.owner, "method_added"
        context = {
            "method": row,
            "locked": row.usable_from > row.added_at,
            "action_url": _url("payouts:methods"),
            "action_label": "See your bank account",
        }
    else:
        person, name = row.payout.creator, "payout"
        state = State(row.to_state)
        context = {
            "payout": row.payout,
            "event": row,
            "headline": HEADLINES[state],
            "reason": row.public_reason or HAPPENED[state],
            "next_step": NEXT[state],
            "action_url": _url("payouts:payout", row.payout_id),
            "action_label": "See this payout",
        }
    with translation.override(person.language), timezone.override(zoneinfo.ZoneInfo(person.time_zone)):
        context["language"] = person.language
        subject = render_to_string(f"payouts/mail/{name}.subject.txt", context).strip()
        mail = EmailMultiAlternatives(
            subject, render_to_string(f"payouts/mail/{name}.txt", context), to=[person.email]
        )
        mail.attach_alternative(render_to_string(f"payouts/mail/{name}.html", context), "text/html")
    return mail


def _url(name: str, *args) -> str:
    return settings.SITE_URL + reverse(name, args=args)
