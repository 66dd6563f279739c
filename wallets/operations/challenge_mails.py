"""What viewers are mailed about challenges: what became of a claim or of something they sent in, and reward
coins that will expire or have. Rows say what is still to be sent; the site's round of mails sends it."""

import datetime as dt
import zoneinfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from wallets.challenge_states import ClaimState, SubmissionState
from wallets.models import Claim, Joining, RewardNotice, Submission

NEWS = dt.timedelta(days=7)
"""What happened longer ago is no news; its page tells it."""


def waiting(at: dt.datetime) -> list[QuerySet]:
    """The rows that tell of something their person has not been mailed yet. A claim that nobody had to decide
    was answered on its page."""
    since = at - NEWS
    return [
        Claim.objects.filter(mailed_at__isnull=True, decided_at__gt=since, decided_by__isnull=False),
        Submission.objects.filter(mailed_at__isnull=True, judged_at__gt=since),
        RewardNotice.objects.filter(mailed_at__isnull=True, at__gt=since),
    ]


def mail_of(row: Claim | Submission | RewardNotice) -> EmailMultiAlternatives:
    """The mail that tells a viewer of this row, in their language, time zone and formats."""
    joining = row.claim.joining if isinstance(row, RewardNotice) else row.joining
    viewer, campaign = joining.viewer, joining.campaign
    with translation.override(viewer.language), timezone.override(zoneinfo.ZoneInfo(viewer.time_zone)):
        context = {
            "row": row,
            "what": _what(row),
            "headline": _headline(row, joining),
            "campaign": campaign,
            "language": viewer.language,
            "action_url": settings.SITE_URL + campaign.get_absolute_url(),
            "action_label": "See this challenge",
        }
        text = render_to_string("wallets/mail/challenge.txt", context)
        mail = EmailMultiAlternatives(context["headline"], text, to=[viewer.email])
        mail.attach_alternative(render_to_string("wallets/mail/challenge.html", context), "text/html")
    return mail


def _what(row: Claim | Submission | RewardNotice) -> str:
    """Which part of the template tells of it."""
    if isinstance(row, RewardNotice):
        return row.kind
    return f"{row._meta.model_name}_{row.state}"


def _headline(row: Claim | Submission | RewardNotice, joining: Joining) -> str:
    title = joining.campaign.title
    if isinstance(row, RewardNotice):
        told = "will expire" if row.kind == RewardNotice.Kind.EXPIRING else "have expired"
        return f"{title}: reward coins {told}"
    if isinstance(row, Claim):
        return f"{title}: your reward is {'here' if row.state == ClaimState.APPROVED else 'not approved'}"
    accepted = row.state == SubmissionState.ACCEPTED
    return f"{title}: what you sent in was {'accepted' if accepted else 'not accepted'}"
