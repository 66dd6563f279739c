import pytest
import requests

from tests.factories.purchases import NOW
from tests.wallets.checkout_site import CheckoutSite, eventually
from tests.wallets.sandbox_shop import becomes, coins, decide, start
from wallets.models import CoinPurchase, ProviderEvent
from wallets.operations.purchases import CheckoutUnknown, start_purchase
from wallets.operations.sweep import PATIENCE, sweep_purchases
from wallets.providers.sandbox.site.app import DECLINED_CARD
from wallets.providers.sandbox.site.store import Habits
from wallets.states import PurchaseState

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class TestCheckout:
    def test_sends_who_pays_back_and_the_coins_follow_by_webhook(self, shop):
        purchase = start()
        answer = decide(purchase)
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{shop.url}{purchase.get_absolute_url()}"
        becomes(purchase, PurchaseState.PAID)
        assert coins(purchase) == 70

    @pytest.mark.parametrize("form", [{"choice": "decline"}, {"number": DECLINED_CARD}])
    def test_tells_of_a_declined_card(self, shop, nothing_moves, form):
        purchase = start()
        assert decide(purchase, **form).status_code == 303
        assert becomes(purchase, PurchaseState.FAILED).reason == "The card was declined."

    def test_stays_open_for_who_leaves(self, shop):
        purchase = start()
        page = requests.get(purchase.checkout_url, timeout=10).text
        assert f'href="{shop.url}{purchase.get_absolute_url()}?left=1"' in page
        assert not ProviderEvent.objects.filter(purchase=purchase).exists()
        decide(purchase)
        becomes(purchase, PurchaseState.PAID)

    def test_takes_one_decision(self, shop):
        purchase = start()
        decide(purchase)
        decide(purchase, choice="decline")
        becomes(purchase, PurchaseState.PAID)
        assert "This is paid" in requests.get(purchase.checkout_url, timeout=10).text

    @pytest.mark.parametrize("number", ["", "1", "4111111111111111", "<script>"])
    def test_names_the_test_cards_for_any_other(self, shop, nothing_moves, number):
        purchase = start()
        answer = decide(purchase, number=number)
        assert answer.status_code == 422
        assert "4242 4242 4242 4242" in answer.text
        assert "<script>" not in answer.text

    def test_credits_once_for_a_late_message_that_comes_twice(self, shop, site):
        purchase = start(Habits(late=True, twice=True))
        decide(purchase)
        sent = site.deliveries(purchase.provider_reference)
        assert len(sent) == 2
        eventually(
            lambda: all(each["done"] for each in site.deliveries(purchase.provider_reference)), "both arrive"
        )
        becomes(purchase, PurchaseState.PAID)
        assert coins(purchase) == 70
        assert ProviderEvent.objects.filter(purchase=purchase).count() == 1

    def test_goes_on_telling_until_it_is_heard(self, shop, site, settings):
        purchase = start()
        providers, settings.PAYMENT_PROVIDERS = settings.PAYMENT_PROVIDERS, {}
        decide(purchase)
        eventually(
            lambda: site.deliveries(purchase.provider_reference)[0]["attempts"] > 1, "it is tried again"
        )
        settings.PAYMENT_PROVIDERS = providers
        becomes(purchase, PurchaseState.PAID)
        assert coins(purchase) == 70

    def test_loses_no_message_when_it_is_killed(self, shop, site):
        purchase = start(Habits(late=True, twice=False))
        decide(purchase)
        site.kill()
        assert not site.deliveries(purchase.provider_reference)[0]["done"]
        site.start()
        becomes(purchase, PurchaseState.PAID)
        assert coins(purchase) == 70


class TestProvider:
    """Without a portal that listens: every webhook is lost."""

    @pytest.fixture(autouse=True)
    def _nobody_listens(self, site, settings):
        settings.SITE_URL = "http://127.0.0.1:9"

    def test_is_asked_about_what_no_webhook_told(self):
        purchase = start()
        decide(purchase)
        sweep_purchases(at=NOW + PATIENCE)
        assert becomes(purchase, PurchaseState.PAID).provider_reference
        assert coins(purchase) == 70

    def test_opens_one_checkout_for_one_purchase(self):
        purchase = start()
        CoinPurchase.objects.update(state=PurchaseState.CREATED, provider_reference="", checkout_url="")
        again = start_purchase(
            viewer=purchase.viewer, package_id=purchase.package_id, key=purchase.key, at=NOW
        )
        assert again.provider_reference == purchase.provider_reference

    def test_being_down_leaves_the_purchase_to_be_opened_later(self, site, settings):
        settings.SANDBOX_CHECKOUT_URL = "http://127.0.0.1:9"
        with pytest.raises(CheckoutUnknown):
            start()
        settings.SANDBOX_CHECKOUT_URL = site.url
        sweep_purchases(at=NOW + PATIENCE)
        assert CoinPurchase.objects.get().state == PurchaseState.PENDING


class TestExpiry:
    def test_is_the_checkouts_own_word(self, tmp_path, live_server, settings, worker, nothing_moves):
        site = CheckoutSite(tmp_path, SANDBOX_CHECKOUT_SECONDS="0")
        site.start()
        try:
            settings.SANDBOX_CHECKOUT_URL, settings.SITE_URL = site.url, live_server.url
            purchase = becomes(start(), PurchaseState.EXPIRED)
            assert "This checkout has expired" in requests.get(purchase.checkout_url, timeout=10).text
        finally:
            site.kill()
