import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from portal.models import Notice
from tests.factories.notices import mails_to
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.purchases import dispute_event, paid
from wallets.models import CoinRefund
from wallets.operations.disputes import move_refund
from wallets.operations.events import handle_payment_event
from wallets.operations.freezes import freeze_wallet
from wallets.operations.refunds import reject_refund, request_refund
from wallets.states import RefundState


@pytest.fixture
def purchase(viewer):
    return paid(viewer, at=timezone.now() - dt.timedelta(days=1))


@pytest.fixture
def reader(client, viewer):
    client.force_login(viewer)
    return client


def ask_url(purchase):
    return reverse("wallets:ask_refund", args=[purchase.pk])


def asked(purchase):
    return request_refund(purchase_id=purchase.pk, viewer=purchase.viewer, key="k", at=timezone.now())


def coins_of(viewer):
    return balance(VIEWER_COINS.of(viewer.pk))


class TestAsk:
    def test_shows_the_figures_before_anything_moves(self, reader, purchase, nothing_moves):
        text = reader.get(ask_url(purchase)).content.decode()
        assert "€0.85" in text
        assert "Give 70 coins back" in text

    def test_asks_for_what_was_shown(self, reader, purchase):
        answer = reader.post(ask_url(purchase), {"key": uuid.uuid4(), "amount": 85})
        refund = CoinRefund.objects.get()
        assert (answer.status_code, answer.url) == (302, refund.get_absolute_url())
        assert coins_of(purchase.viewer) == 0

    def test_asks_once_for_a_button_pressed_twice(self, reader, purchase):
        form = {"key": uuid.uuid4(), "amount": 85}
        assert reader.post(ask_url(purchase), form).url == reader.post(ask_url(purchase), form).url
        assert CoinRefund.objects.count() == 1

    @pytest.mark.parametrize(
        "form",
        [{}, {"key": "x", "amount": 85}, {"key": uuid.uuid4(), "amount": "y"}],
        ids=["nothing", "no key", "no amount"],
    )
    def test_refuses_nonsense(self, reader, purchase, nothing_moves, form):
        assert reader.post(ask_url(purchase), form).status_code == 422

    def test_shows_anew_what_has_changed(self, reader, purchase, nothing_moves):
        answer = reader.post(ask_url(purchase), {"key": uuid.uuid4(), "amount": 90})
        assert answer.status_code == 422
        assert "Look at it again" in answer.content.decode()

    def test_says_why_it_can_not_be(self, reader, viewer):
        purchase = paid(viewer, at=timezone.now() - dt.timedelta(days=20))
        answer = reader.get(ask_url(purchase))
        assert "within 14 days" in answer.content.decode()
        assert "<button" not in answer.content.decode().split("<main")[1]

    def test_leads_to_the_one_under_way(self, reader, purchase):
        refund = asked(purchase)
        assert reader.get(ask_url(purchase)).url == refund.get_absolute_url()

    def test_is_not_found_for_others(self, client, purchase):
        client.force_login(UserFactory())
        assert client.get(ask_url(purchase)).status_code == 404
        assert client.post(ask_url(purchase), {"key": uuid.uuid4(), "amount": 85}).status_code == 404
        assert not CoinRefund.objects.exists()


class TestRefund:
    def test_shows_the_steps_and_the_reason(self, reader, purchase):
        refund = asked(purchase)
        staff = StaffFactory(is_superuser=True)
        reject_refund(refund_id=refund.pk, actor=staff, reason="Spent in part", at=timezone.now())
        text = reader.get(refund.get_absolute_url()).content.decode()
        assert "Spent in part" in text
        assert "Your coins are in your wallet again." in text
        assert staff.email not in text

    def test_says_nothing_new_to_a_page_that_knows(self, reader, purchase):
        url = asked(purchase).get_absolute_url()
        assert reader.get(f"{url}?seen=requested").status_code == 204
        assert reader.get(f"{url}?seen=approved").status_code == 200

    def test_is_not_found_for_others(self, client, purchase):
        url = asked(purchase).get_absolute_url()
        client.force_login(UserFactory())
        assert client.get(url).status_code == 404

    def test_is_listed_with_its_purchase(self, reader, purchase):
        refund = asked(purchase)
        assert refund.get_absolute_url() in reader.get(purchase.get_absolute_url()).content.decode()

    def test_stands_in_the_history_in_words(self, reader, purchase):
        refund = asked(purchase)
        reject_refund(
            refund_id=refund.pk, actor=StaffFactory(is_superuser=True), reason="No", at=timezone.now()
        )
        text = reader.get(reverse("wallets:history")).content.decode()
        assert "Coins taken out for a refund" in text
        assert "Coins back from a refund" in text


class TestFreezeNotice:
    def test_says_why_what_next_and_whom_to_ask(self, reader, purchase, settings):
        handle_payment_event(event=dispute_event(purchase), at=timezone.now())
        text = reader.get(reverse("wallets:wallet")).content.decode()
        assert "Your wallet is frozen" in text
        assert purchase.get_absolute_url() in text
        assert "What happens next" in text
        assert settings.SUPPORT_EMAIL in text

    def test_gives_the_reason_of_staff(self, reader, viewer):
        staff = StaffFactory(is_superuser=True)
        freeze_wallet(
            viewer_id=viewer.pk, reason="Call us <now>", key=uuid.uuid4(), actor=staff, at=timezone.now()
        )
        text = reader.get(reverse("wallets:wallet")).content.decode()
        assert "Call us &lt;now&gt;" in text
        assert staff.email not in text

    def test_is_not_there_for_a_free_wallet(self, reader):
        assert "frozen" not in reader.get(reverse("wallets:wallet")).content.decode()


class TestClaimNotices:
    @pytest.fixture(autouse=True)
    def _without_the_receipt(self, purchase):
        Notice.objects.all().delete()

    def test_tell_each_step_of_a_refund(self, purchase):
        refund = asked(purchase)
        staff = StaffFactory(is_superuser=True)
        reject_refund(refund_id=refund.pk, actor=staff, reason="Because", at=timezone.now())
        first, second = mails_to(purchase.viewer)
        assert "€0.85: We have your request" in first.subject
        assert first.to == [purchase.viewer.email]
        assert "Because" in second.body
        assert staff.email not in second.body

    def test_leave_out_what_is_only_on_its_way(self, purchase):
        refund = asked(purchase)
        CoinRefund.objects.update(state=RefundState.APPROVED)
        Notice.objects.all().delete()
        assert move_refund(refund, RefundState.SENDING, at=timezone.now())
        assert mails_to(purchase.viewer) == []

    def test_tell_of_a_dispute_and_its_end(self, purchase):
        handle_payment_event(event=dispute_event(purchase, "inquiry"), at=timezone.now())
        handle_payment_event(event=dispute_event(purchase), at=timezone.now())
        handle_payment_event(event=dispute_event(purchase, "won"), at=timezone.now())
        subjects = [mail.subject for mail in mails_to(purchase.viewer)]
        assert [re.sub(r".*: ", "", each) for each in subjects] == [
            "A payment of yours is disputed",
            "A dispute is over, and the payment stands",
        ]
        assert "your wallet is free" in mails_to(purchase.viewer)[-1].body

    def test_do_not_say_that_the_wallet_is_free_where_another_cause_keeps_it_frozen(self, purchase):
        for word in ("open", "won"):
            handle_payment_event(event=dispute_event(purchase, word), at=timezone.now())
            if word == "open":
                handle_payment_event(event=dispute_event(purchase, dispute="dp_2"), at=timezone.now())
        body = mails_to(purchase.viewer)[-1].body
        assert "your wallet is free" not in body
        assert "stays frozen for another reason" in body


class TestPurchasePage:
    """What the page of a purchase says once its payment is disputed."""

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["inquiry"], "70 coins are in your wallet"),
            (["open"], "This payment is disputed at your bank"),
            (["open", "lost"], "Your bank took this payment back"),
            (["open", "won"], "the payment stands"),
        ],
    )
    def test_tells_how_it_stands(self, reader, purchase, words, said):
        for word in words:
            handle_payment_event(event=dispute_event(purchase, word), at=timezone.now())
        text = reader.get(purchase.get_absolute_url()).text
        assert said in text
        assert ("Give coins back" in text) == (words[-1] in ("inquiry", "won"))


class TestQueries:
    def test_are_few_and_the_same_for_many_refunds(self, reader, purchase, django_assert_num_queries):
        staff = StaffFactory(is_superuser=True)
        for number in range(2):
            refund = request_refund(
                purchase_id=purchase.pk, viewer=purchase.viewer, key=str(number), at=timezone.now()
            )
            reject_refund(refund_id=refund.pk, actor=staff, reason="No", at=timezone.now())
        reader.get(purchase.get_absolute_url())
        with django_assert_num_queries(PURCHASE_PAGE):
            reader.get(purchase.get_absolute_url())
        for number in range(2, 5):
            refund = request_refund(
                purchase_id=purchase.pk, viewer=purchase.viewer, key=str(number), at=timezone.now()
            )
            reject_refund(refund_id=refund.pk, actor=staff, reason="No", at=timezone.now())
        with django_assert_num_queries(PURCHASE_PAGE):
            reader.get(purchase.get_absolute_url())


PURCHASE_PAGE = 5  # session, user, purchase, disputes, refunds
