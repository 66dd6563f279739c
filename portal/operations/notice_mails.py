"""The mail of each notice, in its reader's language, time zone and formats."""

import datetime as dt
import zoneinfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from portal.models import Notice
from portal.notices import kinds

NEWS = dt.timedelta(days=7)
"""What happened longer ago is no news; the list on the site tells it."""


def waiting(at: dt.datetime) -> list[QuerySet]:
    """The notices that are still to be mailed."""
    return [Notice.objects.filter(to_mail=True, mailed_at__isnull=True, at__gt=at - NEWS)]


def mail_of(notice: Notice) -> EmailMultiAlternatives:
    kind, person = kinds()[notice.kind], notice.person
    with translation.override(person.language), timezone.override(zoneinfo.ZoneInfo(person.time_zone)):
        context = context_of(notice)
        name = f"{kind.app}/mail/{kind.code}"
        mail = EmailMultiAlternatives(
            context["title"], render_to_string(f"{name}.txt", context), to=[person.email]
        )
        mail.attach_alternative(render_to_string(f"{name}.html", context), "text/html")
    return mail


def context_of(notice: Notice) -> dict:
    """What stands in a notice's mail, in the language and time zone that are active."""
    kind = kinds()[notice.kind]
    page = reverse("notice_choices" if kind.optional else "notices")
    return {
        **notice.facts,
        **vars(kind.words(notice.facts)),
        "at": notice.at,
        "optional": kind.optional,
        "language": translation.get_language(),
        "action_url": notice.url and settings.SITE_URL + notice.url,
        "action_label": kind.action,
        "choices_url": settings.SITE_URL + page,
    }
