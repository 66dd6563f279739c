import datetime as dt
from contextlib import closing

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from pypdfium2 import PdfDocument

from portal import tasks
from portal.operations.mails import NEWS, send_waiting
from tests.factories.people import UserFactory
from tests.factories.promotions import promoted
from tests.factories.purchases import NOW, event_for, package, paid, recorded
from wallets.models import CoinPurchase
from wallets.operations.events import handle_payment_event
from wallets.operations.purchases import record_purchase
from wallets.receipts import receipt_lines, receipt_pdf

pytestmark = pytest.mark.django_db


def letters(pdf: bytes) -> set[str]:
    """That the first page shows; letters from right to left and shaped ones come in whatever order."""
    with closing(PdfDocument(pdf)) as document:
        return set(document[0].get_textpage().get_text_range())


def promoted_purchase(viewer, **facts) -> CoinPurchase:
    promoted(**facts)
    purchase = record_purchase(viewer=viewer, package_id=package(coins=700).pk, key="k", at=NOW)
    handle_payment_event(event=event_for(purchase), at=NOW)
    purchase.refresh_from_db()
    return purchase


class TestReceiptLines:
    def test_tell_what_was_paid_and_when_by_the_buyers_clock(self, viewer):
        purchase = paid(viewer, coins=350)
        lines = dict(receipt_lines(purchase))
        assert lines["Receipt"] == purchase.reference
        assert (lines["Coins"], lines["Paid"]) == ("350 coins", "€4.20")
        assert lines["Payment"] == f"Sandbox, {purchase.provider_reference}"
        assert viewer.email in lines["Buyer"]

    def test_tell_bonus_coins_apart(self, viewer):
        lines = dict(receipt_lines(promoted_purchase(viewer, bonus_coins=70)))
        assert (lines["Coins"], lines["Bonus coins"]) == ("700 coins", "70 coins (Spring)")

    def test_tell_the_price_before_and_what_was_taken_off(self, viewer):
        lines = dict(receipt_lines(promoted_purchase(viewer)))
        assert (lines["Price before"], lines["Spring"], lines["Paid"]) == ("€8.40", "−€1.68", "€6.72")

    def test_write_yen_without_decimals(self):
        assert dict(receipt_lines(paid(UserFactory(country="JP"))))["Paid"] == "¥110"


class TestReceiptPdf:
    @pytest.mark.parametrize(
        "name", ["Łukasz Жанна Ελένη", "Nguyễn Thị", "رنا الخطيب", "רותי", "सीता", "森ゆき 김민수", "Kim 🌸"],
        ids=["europe", "vietnam", "arabic", "hebrew", "hindi", "east", "flower"],
    )  # fmt: skip
    def test_writes_names_in_their_own_letters(self, name):
        pdf = receipt_pdf(paid(UserFactory(display_name=name)))
        assert pdf.startswith(b"%PDF")
        assert len(pdf) < 100_000
        assert set(name) <= letters(pdf)

    def test_makes_up_no_letters_for_those_that_it_lacks(self):
        known = letters(receipt_pdf(paid(UserFactory(display_name="ཨ\u202e\ufe0f"))))
        assert "\ufffd" in known
        assert not known & {"ཨ", "\u202e", "\ufe0f"}

    def test_is_the_same_each_time(self, viewer):
        purchase = paid(viewer)
        assert receipt_pdf(purchase) == receipt_pdf(purchase)


class TestReceiptPage:
    def test_is_downloaded_from_the_purchase(self, client, viewer):
        client.force_login(viewer)
        purchase = paid(viewer)
        url = reverse("wallets:receipt", args=[purchase.pk])
        assert url in client.get(purchase.get_absolute_url()).text
        answer = client.get(url)
        assert answer["Content-Type"] == "application/pdf"
        assert f'filename="receipt-{purchase.reference}.pdf"' in answer["Content-Disposition"]
        told = client.get(
            f"/api/v1/coin-purchases/{purchase.pk}/receipt/", headers={"Accept": "application/pdf"}
        )
        assert (told["Content-Type"], told.content) == ("application/pdf", answer.content)

    def test_is_not_there_before_it_is_paid_nor_for_others(self, client, viewer):
        client.force_login(viewer)
        for purchase in (recorded(viewer), paid(UserFactory())):
            assert client.get(reverse("wallets:receipt", args=[purchase.pk])).status_code == 404
            assert client.get(f"/api/v1/coin-purchases/{purchase.pk}/receipt/").status_code == 404


class TestMail:
    def test_brings_the_receipt_once_however_often_the_event_comes(self, viewer):
        purchase = recorded(viewer, coins=350)
        event = event_for(purchase)
        for given in (event, event, event_for(purchase)):
            handle_payment_event(event=given, at=NOW)
            send_waiting(at=NOW)
        (message,) = mail.outbox
        assert message.to == [viewer.email]
        assert message.subject == f"350 coins are in your wallet: receipt {purchase.reference}"
        (html,) = message.alternatives
        for body in (message.body, html.content):
            assert "€4.20" in body
            assert purchase.get_absolute_url() in body
        ((name, content, kind),) = message.attachments
        assert (name, kind) == (f"receipt-{purchase.reference}.pdf", "application/pdf")
        assert content.startswith(b"%PDF")

    def test_waits_until_it_is_paid(self, viewer):
        recorded(viewer)
        assert send_waiting(at=NOW) == 0

    def test_leaves_old_stories_to_their_page(self, viewer):
        paid(viewer, at=NOW - NEWS)
        assert send_waiting(at=NOW) == 0

    def test_writes_as_its_reader_reads(self):
        paid(UserFactory(language="en-gb", time_zone="Asia/Tokyo", country="GB"))
        send_waiting(at=NOW)
        assert "1 Mar 2026, 21:00" in mail.outbox[0].body

    def test_is_swept_by_the_one_task_for_all_mails(self, viewer):
        purchase = paid(viewer)
        with time_machine.travel(NOW + dt.timedelta(hours=1)):
            tasks.send_mails()
        assert purchase.reference in mail.outbox[0].body
