"""Notices made for tests."""

from django.core.mail import EmailMultiAlternatives

from portal.models import Notice
from portal.notices import kinds
from portal.operations.notice_mails import mail_of
from portal.operations.notices import notify
from tests.factories.payouts import NOW


def notice_of(person, kind: str = "payout_paid", *, key: str = "", at=NOW, url: str = "", **facts) -> Notice:
    """With the facts of the kind's example, but for those given."""
    key = key or f"test:{person.pk}:{kind}:{at.isoformat()}"
    notify(person=person, kind=kind, key=key, at=at, facts={**kinds()[kind].example, **facts}, url=url)
    return Notice.objects.get(key=key)


def mails_to(person) -> list[EmailMultiAlternatives]:
    """Of everything that this person was told so far, oldest first."""
    return [mail_of(notice) for notice in Notice.objects.filter(person=person).order_by("id")]
