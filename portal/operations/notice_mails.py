"""The mail of each notice, in its reader's language, time zone and formats."""

import zoneinfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from portal.models import Notice
from portal.notices import kinds


def mail_of(notice: Notice) -> EmailMultiAlternatives:
    """With its attachment, if its kind has one."""
    mail = letter_of(notice)
    if path := kinds()[notice.kind].attachment:
        mail.attach(*import_string(path)(notice.facts))
    return mail


def letter_of(notice: Notice) -> EmailMultiAlternatives:
    """The mail without what is attached to it."""
    kind, person = kinds()[notice.kind], notice.person
    with translation.override(person.language), timezone.override(zoneinfo.ZoneInfo(person.time_zone)):
        context = _context_of(notice)
        name = f"{kind.app}/mail/{kind.code}"
        mail = EmailMultiAlternatives(
            context["title"], render_to_string(f"{name}.txt", context), to=[person.email]
        )
        mail.attach_alternative(render_to_string(f"{name}.html", context), "text/html")
    return mail


def _context_of(notice: Notice) -> dict:
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
        "support": settings.SUPPORT_EMAIL,
        "choices_url": settings.SITE_URL + page,
    }
