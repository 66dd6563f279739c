"""The one round of mails for everything that people are told of: sent, and marked, one by one."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPDataError, SMTPRecipientsRefused

import structlog
from django.db import connection

from portal.models import Notice
from portal.operations.notice_mails import mail_of

logger = structlog.get_logger(__name__)
NEWS = dt.timedelta(days=7)
"""What happened longer ago is no news; the list on the site tells it."""

_ROUND = 0x506F7274616C  # "Portal": the number of the round's lock in the database
_ABOUT_ONE_MAIL = (SMTPRecipientsRefused, SMTPDataError)


def send_waiting(*, at: dt.datetime) -> int:
    """Send what waits, oldest first; nothing while another worker does. A mail that fails waits for the next
    round and stops no other; a mail server that can't be reached ends the round. Returns how many were sent.

    Call it outside any transaction: none is open while the mail server is talked to."""
    sent = 0
    with _alone() as alone:
        for notice_id in _waiting(at) if alone else ():
            try:
                sent += _send(notice_id, at)
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


def _waiting(at: dt.datetime) -> list[uuid.UUID]:
    waiting = Notice.objects.filter(to_mail=True, mailed_at__isnull=True, at__gt=at - NEWS)
    return list(waiting.order_by("id").values_list("id", flat=True))


def _send(notice_id: uuid.UUID, at: dt.datetime) -> bool:
    """A mail sent by a worker that dies before marking it goes out twice, which is better than never.

    Raises OSError where the trouble is the mail server's."""
    try:
        mail_of(Notice.objects.select_related("person").get(id=notice_id)).send()
    except Exception as problem:
        if isinstance(problem, OSError) and not isinstance(problem, _ABOUT_ONE_MAIL):
            raise
        logger.exception("mail_not_sent", notice=str(notice_id))
        return False
    Notice.objects.filter(id=notice_id).update(mailed_at=at)
    return True
