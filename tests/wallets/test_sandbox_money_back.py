import pytest
import requests
from django.utils import timezone

from tests.wallets.sandbox_shop import act, bought, coins, ends, refunded, start
from wallets.models import CoinRefund
from wallets.operations.refunds import ask_about_refund
from wallets.providers.sandbox.adapter import SandboxProvider
from wallets.providers.sandbox.site.app import DISPUTING_CARD, UNREFUNDABLE_CARD
from wallets.states import RefundState

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class TestRefund:
    def test_is_paid_back_and_told_by_webhook(self, shop):
        purchase = bought()
        refund = refunded(purchase)
        assert refund.state == RefundState.SENDING
        ends(CoinRefund.objects.filter(pk=refund.pk), "succeeded")
        assert coins(purchase) == 0

    def test_fails_for_the_card_that_is_made_for_it(self, shop):
        purchase = bought(number=UNREFUNDABLE_CARD)
        refund = refunded(purchase)
        ends(CoinRefund.objects.filter(pk=refund.pk), "failed")
        refund.refresh_from_db()
        assert "card is closed" in refund.reason
        assert coins(purchase) == 70

    def test_happens_once_for_a_key(self, shop):
        purchase = bought()
        refund = refunded(purchase)
        for _ in range(2):
            again = ask_about_refund(refund_id=refund.pk, at=timezone.now())
            assert again.provider_reference == refund.provider_reference

    def test_is_refused_beyond_what_is_left(self, shop):
        purchase = bought()
        act(purchase, act="refund-half")
        ends(purchase.refunds, "succeeded")
        answer = act(purchase, act="refund")
        assert answer.status_code == 422
        assert "not left" in answer.text
        refund = refunded(purchase)  # the coins of the other half
        ends(CoinRefund.objects.filter(pk=refund.pk), "succeeded")

    def test_started_on_its_own_pages_reaches_the_shop(self, shop):
        purchase = bought()
        assert act(purchase, act="refund-half").status_code == 303
        ends(purchase.refunds, "succeeded")
        assert purchase.refunds.get().origin == CoinRefund.Origin.PROVIDER
        assert coins(purchase) == 70 - 36  # 43 of 85 cents


class TestDispute:
    def test_opens_by_itself_for_the_card_that_is_made_for_it(self, shop):
        purchase = bought(number=DISPUTING_CARD)
        ends(purchase.disputes, "open")
        assert coins(purchase) == 0

    @pytest.mark.parametrize(("decision", "held"), [("won", 70), ("lost", 0)])
    def test_is_decided_on_the_checkouts_page(self, shop, decision, held):
        purchase = bought()
        act(purchase, act="dispute")
        ends(purchase.disputes, "open")
        dispute = purchase.disputes.get()
        assert "Dispute over €0.85: open" in requests.get(purchase.checkout_url, timeout=10).text
        act(purchase, act=decision, dispute=dispute.provider_reference)
        ends(purchase.disputes, decision)
        assert coins(purchase) == held

    def test_can_be_asked_about(self, shop):
        purchase = bought()
        act(purchase, act="dispute-half")
        ends(purchase.disputes, "open")
        reference = purchase.disputes.get().provider_reference
        told = SandboxProvider().fetch_dispute(reference)
        assert (told.purchase_id, told.dispute.state, told.amount) == (purchase.pk, "open", 43)
        assert SandboxProvider().read_kept(told.raw) == told

    def test_can_not_be_made_of_what_is_not_paid(self, shop):
        assert act(start(), act="dispute").status_code == 404
