"""One mail for each thing that happens to a creator's payout or bank account, in the creator's language, time
zone and formats. Rows say what is still to be sent; the site's round of mails sends it."""

import datetime as dt
import zoneinfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from payouts.models import PayoutEvent, PayoutMethod
from payouts.states import State
from payouts.timeline import HAPPENED, NEXT

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


def waiting(at: dt.datetime) -> list[QuerySet]:
    """The rows that tell of something their person has not been mailed yet."""
    events = (
        PayoutEvent.objects.filter(mailed_at__isnull=True, at__gt=at - NEWS, to_state__in=HEADLINES)
        .exclude(from_state=F("to_state"))
        .exclude(from_state=State.REQUESTED, to_state=State.IN_REVIEW)
    )
    return [events, PayoutMethod.objects.filter(mailed_at__isnull=True, added_at__gt=at - NEWS)]


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
