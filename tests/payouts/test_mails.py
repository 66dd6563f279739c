import datetime as dt
import smtplib
from unittest import mock

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from payouts.models import PayoutEvent, PayoutMethod
from payouts.operations import settlement
from payouts.operations.mails import NEWS
from payouts.operations.methods import add_method
from payouts.operations.review import approve, hold, resume
from portal import tasks
from portal.operations.mails import send_waiting
from tests.concurrency.threads import race
from tests.factories.payouts import NOW, approved_payout, requested_payout, reviewer
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db


def sent() -> list[EmailMultiAlternatives]:
    """What the sweep sends of payouts, oldest first."""
    mail.outbox.clear()
    send_waiting(at=NOW)
    return [message for message in mail.outbox if "bank account" not in message.body.split("\n")[0]]


class TestSendWaiting:
    def test_tells_of_a_request_in_text_and_html(self):
        payout = requested_payout()
        (message,) = sent()
        assert message.to == [payout.creator.email]
        assert message.subject == "€89.65: We have your payout request"
        (html,) = message.alternatives
        for body in (message.body, html.content):
            assert "You don&#x27;t have to do anything." in body or "You don't have to do anything." in body
            assert payout.reference in body
            assert f"/studio/payouts/{payout.id}/" in body
            assert payout.method.iban not in body

    def test_tells_each_thing_once(self):
        requested_payout()
        assert len(sent()) == 1
        assert sent() == []

    def test_tells_every_step_that_matters(self):
        payout = approved_payout()
        settlement.start_remitting(payout_id=payout.id, at=NOW)
        settlement.settle(payout_id=payout.id, at=NOW, evidence={})
        settlement.return_payout(
            payout_id=payout.id, code="AC04", at=NOW, evidence={}, reason="It is closed."
        )
        assert [message.subject.partition(": ")[2] for message in sent()] == [
            "We have your payout request",
            "Your payout is approved",
            "Your payout is paid",
            "Your payout came back",
        ]

    def test_says_why_and_keeps_notes_for_staff_inside(self):
        payout = requested_payout()
        hold(
            payout_id=payout.id, version=payout.version, actor=reviewer(), at=NOW,
            reason="Send <b>us</b> your papers & more.", internal_note="Fraud?",
        )  # fmt: skip
        message = sent()[-1]
        assert "Send <b>us</b> your papers & more." in message.body
        assert "Send &lt;b&gt;us&lt;/b&gt; your papers &amp; more." in message.alternatives[0].content
        assert "Fraud?" not in message.body + message.alternatives[0].content

    def test_tells_that_a_held_one_goes_on(self):
        payout = requested_payout()
        held = hold(
            payout_id=payout.id, version=payout.version, actor=reviewer(), at=NOW, reason="Your papers?"
        )
        resume(payout_id=payout.id, version=held.version, actor=reviewer(), at=NOW)
        message = sent()[-1]
        assert message.subject.endswith("Your payout is in review again")
        assert "You don't have to do anything." in message.body

    def test_writes_as_its_reader_reads(self):
        requested_payout(CreatorFactory(language="de", time_zone="Asia/Tokyo"))
        (message,) = sent()
        assert message.subject.startswith("89,65\xa0€")
        assert "2. März 2026 21:00" in message.body

    def test_is_silent_about_a_first_of_two_approvals(self):
        payout = requested_payout(diamonds=18_000_000)
        approve(payout_id=payout.id, version=payout.version, actor=reviewer(), at=NOW)
        assert len(sent()) == 1

    @pytest.mark.parametrize(
        ("problem", "others"),
        [
            (smtplib.SMTPRecipientsRefused({}), 2),
            (smtplib.SMTPDataError(554, b"Spam"), 2),
            (ValueError("a bug of ours"), 2),
            (ConnectionRefusedError(), 0),
            (smtplib.SMTPServerDisconnected(), 0),
        ],
    )
    def test_goes_on_when_one_can_t_be_sent_but_not_without_a_server(self, problem, others):
        for _ in range(3):
            requested_payout()
        PayoutMethod.objects.update(mailed_at=NOW)
        real, calls = EmailMultiAlternatives.send, []

        def send(message, *arguments):
            calls.append(message)
            if len(calls) == 1:
                raise problem
            return real(message, *arguments)

        with mock.patch.object(EmailMultiAlternatives, "send", send):
            assert len(sent()) == others
        assert len(calls) == 1 + others
        assert len(sent()) == 3 - others

    @pytest.mark.django_db(transaction=True)
    def test_talks_to_the_mail_server_outside_any_transaction_and_alone(self):
        requested_payout()
        seen = []

        def send(message, *arguments):
            others = race(lambda _: send_waiting(at=NOW), 1)
            seen.append((connection.in_atomic_block, others))

        with mock.patch.object(EmailMultiAlternatives, "send", send):
            assert send_waiting(at=NOW) == len(seen) == 1
        assert seen == [(False, [0])]
        assert send_waiting(at=NOW) == 0

    def test_leaves_old_stories_to_their_page(self):
        requested_payout(at=NOW - NEWS)
        assert sent() == []
        assert PayoutEvent.objects.filter(mailed_at__isnull=False).count() == 0

    def test_tells_of_a_new_bank_account_and_its_lock(self):
        owner = CreatorFactory()
        for iban in ("DE89370400440532013000", "NL91ABNA0417164300"):
            add_method(owner=owner, holder="Lumi Sommer", iban=iban, at=NOW)
        send_waiting(at=NOW)
        first, second = mail.outbox
        assert first.subject == "Your payouts go to DE89 •••• 3000 from now on"
        assert "nothing is paid to it before" not in first.body
        assert "nothing is paid to it before March 7, 2026" in second.body
        assert "If this wasn't you" in second.body

    def test_is_swept_by_a_task(self):
        payout = requested_payout()
        with time_machine.travel(NOW + dt.timedelta(hours=1)):
            tasks.send_mails()
        assert payout.reference in mail.outbox[0].body
