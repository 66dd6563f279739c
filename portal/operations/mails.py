"""The one round of mails for everything that the products have to tell. Each product says which of its rows
wait and writes the mail of each; here they are sent, and marked, one by one."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from smtplib import SMTPDataError, SMTPRecipientsRefused

import structlog
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models import Model

from portal.operations import notice_mails
from wallets.operations import challenge_mails, claim_mails, receipts

logger = structlog.get_logger(__name__)
SOURCES = (notice_mails, receipts, claim_mails, challenge_mails)
"""Each has `waiting(at)`, querysets of rows with `mailed_at`, and `mail_of(row)`."""

_ROUND = 0x506F7274616C  # "Portal": the number of the round's lock in the database
_ABOUT_ONE_MAIL = (SMTPRecipientsRefused, SMTPDataError)


def send_waiting(*, at: dt.datetime) -> int:
    """Send what waits, oldest first; nothing while another worker does. A mail that fails waits for the next
    round and stops no other; a mail server that can't be reached ends the round. Returns how many were sent.

    Call it outside any transaction: none is open while the mail server is talked to."""
    sent = 0
    with _alone() as alone:
        for row_id, model, mail_of in _waiting(at) if alone else ():
            try:
                sent += _send(model, row_id, mail_of, at)
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


def _waiting(at: dt.datetime) -> list[tuple]:
    return [
        (row_id, rows.model, source.mail_of)
        for source in SOURCES
        for rows in source.waiting(at)
        for row_id in rows.order_by("id").values_list("id", flat=True)
    ]


def _send(
    model: type[Model], row_id, mail_of: Callable[[Model], EmailMultiAlternatives], at: dt.datetime
) -> bool:
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
