"""One mail for each thing that happens to a creator's payout or bank account, in the creator's language, time
zone and formats. Rows say what is still to be sent; each mail stands alone."""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPDataError, SMTPRecipientsRefused

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
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
    State.IN_REVIEW: "Your payout is in review again",
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


_ROUND = 0x5061796D61696C  # "Paymail": the number of the round's lock in the database
_ABOUT_ONE_MAIL = (SMTPRecipientsRefused, SMTPDataError)


def send_waiting(*, at: dt.datetime) -> int:
    """Send what waits, oldest first; nothing while another worker does. A mail that fails waits for the next
    sweep and stops no other; a mail server that can't be reached ends the round. Returns how many were sent.

    Call it outside any transaction: none is open while the mail server is talked to."""
    sent = 0
    with _alone() as alone:
        for model, row_id in _waiting(at) if alone else ():
            try:
                sent += _send(model, row_id, at)
            except OSError as problem:
                logger.warning("mail_server_unreachable", problem=str(problem))
                break
    return sent


@contextmanager
def _alone() -> Iterator[bool]:
    """The lock is the database session's: it needs no transaction, and goes with a worker that dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ROUND])
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ROUND])


def _waiting(at: dt.datetime) -> list[tuple[type[Model], uuid.UUID]]:
    events = (
        PayoutEvent.objects.filter(mailed_at__isnull=True, at__gt=at - NEWS, to_state__in=HEADLINES)
        .exclude(from_state=F("to_state"))
        .exclude(from_state=State.REQUESTED, to_state=State.IN_REVIEW)
    )
    methods = PayoutMethod.objects.filter(mailed_at__isnull=True, added_at__gt=at - NEWS)
    return [(rows.model, row_id) for rows in (events, methods) for row_id in _ids(rows)]


def _ids(rows: QuerySet) -> list[uuid.UUID]:
    return list(rows.order_by("id").values_list("id", flat=True))


def _send(model: type[Model], row_id: uuid.UUID, at: dt.datetime) -> bool:
    """A mail sent by a worker that dies before marking it goes out twice, which is better than never.

    Raises OSError where the trouble is the mail server's."""
    try:
        mail_of(model.objects.get(id=row_id)).send()
    except Exception as problem:
        if isinstance(problem, OSError) and not isinstance(problem, _ABOUT_ONE_MAIL):
            raise
        logger.exception("mail_not_sent", row=str(row_id))
        return False
    model.objects.filter(id=row_id).update(mailed_at=at)
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
