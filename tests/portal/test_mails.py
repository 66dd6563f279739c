import datetime as dt
import smtplib
from unittest import mock

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from portal import tasks
from portal.models import Notice
from portal.operations.mails import NEWS, TAKEN, send_waiting
from tests.concurrency.threads import race
from tests.factories.notices import notice_of
from tests.factories.payouts import NOW
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


class TestSendWaiting:
    def test_mails_each_thing_once(self):
        notice = notice_of(UserFactory())
        assert [send_waiting(at=NOW), send_waiting(at=NOW)] == [1, 0]
        notice.refresh_from_db()
        assert notice.mailed_at == NOW

    def test_leaves_what_was_switched_off_to_the_list(self):
        notice_of(UserFactory())
        Notice.objects.update(to_mail=False)
        assert send_waiting(at=NOW) == 0

    def test_leaves_old_stories_to_the_list(self):
        notice_of(UserFactory(), at=NOW - NEWS)
        assert send_waiting(at=NOW) == 0
        assert not Notice.objects.filter(mailed_at__isnull=False).exists()

    @pytest.mark.parametrize(
        ("problem", "others"),
        [
            (smtplib.SMTPRecipientsRefused({}), 2),
            (smtplib.SMTPDataError(554, b"Spam"), 2),
            (ValueError("a bug of ours"), 2),
            (ConnectionRefusedError(), 0),
            (smtplib.SMTPServerDisconnected(), 0),
        ],
        ids=["refused", "spam", "bug", "down", "gone"],
    )
    def test_goes_on_when_one_can_t_be_sent_but_not_without_a_server(self, problem, others):
        for _ in range(3):
            notice_of(UserFactory())
        real, calls = EmailMultiAlternatives.send, []

        def send(message, *arguments):
            calls.append(message)
            if len(calls) == 1:
                raise problem
            return real(message, *arguments)

        with mock.patch.object(EmailMultiAlternatives, "send", send):
            assert send_waiting(at=NOW) == others
        assert len(calls) == 1 + others
        assert send_waiting(at=NOW) == 3 - others

    @pytest.mark.django_db(transaction=True)
    def test_talks_to_the_mail_server_outside_any_transaction_and_beside_other_rounds(self):
        notice_of(UserFactory())
        seen = []

        def send(message, *arguments):
            others = race(lambda _: send_waiting(at=NOW), 1)
            seen.append((connection.in_atomic_block, others))

        with mock.patch.object(EmailMultiAlternatives, "send", send):
            assert send_waiting(at=NOW) == len(seen) == 1
        assert seen == [(False, [0])]
        assert send_waiting(at=NOW) == 0

    def test_takes_over_from_a_worker_that_died(self):
        notice_of(UserFactory())
        Notice.objects.update(mail_taken_at=NOW)
        assert send_waiting(at=NOW + TAKEN - dt.timedelta(seconds=1)) == 0
        assert send_waiting(at=NOW + TAKEN) == 1

    def test_is_called_by_a_task(self):
        notice_of(UserFactory())
        with time_machine.travel(NOW + dt.timedelta(hours=1)):
            tasks.send_mails()
        assert "€89.65" in mail.outbox[0].subject
