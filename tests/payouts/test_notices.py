"""What creators are told of their payouts and bank accounts, and how the mails of it read."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from payouts.destinations import iban_account
from payouts.operations import settlement
from payouts.operations.methods import add_method
from payouts.operations.requests import cancel
from payouts.operations.review import approve, hold, resume
from portal.models import Notice
from portal.operations.mails import send_waiting
from tests.factories.payouts import NOW, approved_payout, requested_payout, reviewer
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db


def sent() -> list[EmailMultiAlternatives]:
    """What the round sends now, oldest first."""
    mail.outbox.clear()
    send_waiting(at=NOW)
    return mail.outbox


class TestPayout:
    def test_is_told_in_text_and_html(self):
        payout = requested_payout()
        (message,) = sent()
        assert message.to == [payout.creator.email]
        assert message.subject == "€89.65: We have your payout request"
        (html,) = message.alternatives
        for body in (message.body, html.content):
            assert "You don&#x27;t have to do anything." in body or "You don't have to do anything." in body
            assert payout.reference in body
            assert f"/studio/payouts/{payout.id}/" in body
            assert payout.method.details["iban"] not in body

    def test_is_told_at_every_step_that_matters(self):
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
        assert "It is closed." in mail.outbox[-1].body

    def test_is_told_with_why_but_without_notes_for_staff(self):
        payout = requested_payout()
        hold(
            payout_id=payout.id, version=payout.version, actor=reviewer(), at=NOW,
            reason="Send <b>us</b> your papers & more.", internal_note="Fraud?",
        )  # fmt: skip
        message = sent()[-1]
        assert "Send <b>us</b> your papers & more." in message.body
        assert "Send &lt;b&gt;us&lt;/b&gt; your papers &amp; more." in message.alternatives[0].content
        assert "Fraud?" not in message.body + message.alternatives[0].content
        assert "Fraud?" not in str(Notice.objects.values_list("facts", flat=True))

    def test_is_told_to_go_on_after_a_hold(self):
        payout = requested_payout()
        held = hold(
            payout_id=payout.id, version=payout.version, actor=reviewer(), at=NOW, reason="Your papers?"
        )
        resume(payout_id=payout.id, version=held.version, actor=reviewer(), at=NOW)
        message = sent()[-1]
        assert message.subject.endswith("Your payout is in review again")
        assert "You don't have to do anything." in message.body

    def test_is_told_as_its_reader_reads(self):
        requested_payout(CreatorFactory(language="de", time_zone="Asia/Tokyo"))
        (message,) = sent()
        assert message.subject.startswith("89,65\xa0€")
        assert "2. März 2026 21:00" in message.body

    def test_says_nothing_of_a_first_of_two_approvals(self):
        payout = requested_payout(diamonds=18_000_000)
        approve(payout_id=payout.id, version=payout.version, actor=reviewer(), at=NOW)
        assert len(sent()) == 1

    def test_is_told_once_however_often_it_is_done(self):
        payout = requested_payout()
        for _ in range(2):
            cancel(payout_id=payout.id, creator=payout.creator, at=NOW)
        assert list(Notice.objects.order_by("id").values_list("kind", flat=True)) == [
            "payout_requested",
            "payout_cancelled",
        ]


class TestMethod:
    def test_is_told_with_its_lock(self):
        owner = CreatorFactory()
        for iban in ("DE89370400440532013000", "NL91ABNA0417164300"):
            add_method(owner=owner, holder="Lumi Sommer", destination=iban_account(iban), at=NOW)
        first, second = sent()
        assert first.subject == "Your payouts go to DE89 •••• 3000 from now on"
        assert "nothing is paid to it before" not in first.body
        assert "nothing is paid to it before March 7, 2026" in second.body
        assert "If this wasn't you" in second.body
