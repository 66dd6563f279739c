"""The one round of mails for everything that people are told of: sent, and marked, one by one."""

import datetime as dt
import uuid
from smtplib import SMTPDataError, SMTPRecipientsRefused

import structlog
from django.db.models import Q, QuerySet

from portal.models import Notice
from portal.operations.notice_mails import mail_of

logger = structlog.get_logger(__name__)
NEWS = dt.timedelta(days=7)
"""What happened longer ago is no news; the list on the site tells it."""

TAKEN = dt.timedelta(minutes=10)
"""For so long a mail is that of the round that took it: no round lives as long, unless its worker died."""

_ABOUT_ONE_MAIL = (SMTPRecipientsRefused, SMTPDataError)


def send_waiting(*, at: dt.datetime) -> int:
    """Send what waits, oldest first. A mail that fails waits for the next round and stops no other; a mail
    server that can't be reached ends the round. Returns how many were sent.

    Each mail is taken before it is sent: rounds may overlap, over any number of workers and poolers.

    Call it outside any transaction: none is open while the mail server is talked to."""
    sent = 0
    for notice_id in _waiting(at).order_by("id").values_list("id", flat=True):
        if not _waiting(at).filter(id=notice_id).update(mail_taken_at=at):
            continue
        try:
            sent += _send(notice_id, at)
        except OSError as problem:
            logger.warning("mail_server_unreachable", problem=str(problem))
            break
    return sent


def _waiting(at: dt.datetime) -> QuerySet[Notice]:
    free = Q(mail_taken_at__isnull=True) | Q(mail_taken_at__lte=at - TAKEN)
    return Notice.objects.filter(free, to_mail=True, mailed_at__isnull=True, at__gt=at - NEWS)


def _send(notice_id: uuid.UUID, at: dt.datetime) -> bool:
    """A mail sent by a worker that dies before marking it goes out twice, which is better than never.

    Raises OSError where the trouble is the mail server's."""
    notices = Notice.objects.filter(id=notice_id)
    try:
        mail_of(notices.select_related("person").get()).send()
    except Exception as problem:
        notices.update(mail_taken_at=None)
        if isinstance(problem, OSError) and not isinstance(problem, _ABOUT_ONE_MAIL):
            raise
        logger.exception("mail_not_sent", notice=str(notice_id))
        return False
    notices.update(mailed_at=at)
    return True
