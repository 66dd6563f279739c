import uuid

import pytest
import requests
from django.utils import timezone

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.purchases import NOW, package
from tests.wallets.checkout_site import CheckoutSite, eventually
from wallets.models import CoinPurchase, CoinRefund, ProviderEvent
from wallets.operations.purchases import CheckoutUnknown, start_purchase
from wallets.operations.refunds import approve_refund, ask_about_refund, request_refund, send_refund
from wallets.operations.sweep import PATIENCE, sweep_purchases
from wallets.providers.sandbox.adapter import SandboxProvider
from wallets.providers.sandbox.site.app import DECLINED_CARD, DISPUTING_CARD, PAYING_CARD, UNREFUNDABLE_CARD
from wallets.providers.sandbox.site.store import Habits, habits
from wallets.states import PurchaseState, RefundState

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    site = CheckoutSite(tmp_path_factory.mktemp("state"))
    site.start()
    yield site
    site.kill()


@pytest.fixture
def site(process, settings):
    settings.SANDBOX_CHECKOUT_URL = process.url
    return process


@pytest.fixture
def shop(site, live_server, settings):
    """The portal, served where the checkout site can reach it."""
    settings.SITE_URL = live_server.url
    yield live_server
    site.forget_deliveries()


def start(viewer=None) -> CoinPurchase:
    viewer = viewer or UserFactory()
    return start_purchase(viewer=viewer, package_id=package().pk, key=str(uuid.uuid4()), at=NOW)


def start_with(wanted: Habits) -> CoinPurchase:
    """A purchase whose messages travel like that: the checkout's id decides it."""
    viewer = UserFactory()
    for _ in range(300):
        purchase = start(viewer)
        if habits(purchase.provider_reference) == wanted:
            return purchase
    raise AssertionError(f"no checkout with {wanted} among 300")


def decide(purchase: CoinPurchase, number: str = PAYING_CARD, **form) -> requests.Response:
    return requests.post(
        purchase.checkout_url, data={"number": number} | form, allow_redirects=False, timeout=10
    )


def becomes(purchase: CoinPurchase, state: PurchaseState) -> CoinPurchase:
    eventually(lambda: CoinPurchase.objects.filter(pk=purchase.pk, state=state).exists(), f"it is {state}")
    purchase.refresh_from_db()
    return purchase


def coins(purchase: CoinPurchase) -> int:
    return balance(VIEWER_COINS.of(purchase.viewer_id))


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
        purchase = start_with(Habits(late=True, twice=True))
        decide(purchase)
        sent = site.deliveries(purchase.provider_reference)
        assert len(sent) == 2
        eventually(
            lambda: all(each["done"] for each in site.deliveries(purchase.provider_reference)), "both arrive"
        )
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
        purchase = start_with(Habits(late=True, twice=False))
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
    def test_is_the_checkouts_own_word(self, tmp_path, live_server, settings, nothing_moves):
        site = CheckoutSite(tmp_path, SANDBOX_CHECKOUT_SECONDS="0")
        site.start()
        try:
            settings.SANDBOX_CHECKOUT_URL, settings.SITE_URL = site.url, live_server.url
            purchase = becomes(start(), PurchaseState.EXPIRED)
            assert "This checkout has expired" in requests.get(purchase.checkout_url, timeout=10).text
        finally:
            site.kill()


class TestApi:
    ORDER = {
        "reference": "r",
        "title": "70 coins",
        "amount": 85,
        "currency": "EUR",
        "email": "a@example.test",
        "success_url": "http://127.0.0.1/a",
        "cancel_url": "http://127.0.0.1/b",
        "webhook_url": "http://127.0.0.1:9/c",
    }

    @pytest.fixture
    def ask(self, site, settings):
        def post(order: dict, **headers):
            default = {
                "Authorization": f"Bearer {settings.SANDBOX_CHECKOUT_KEY}",
                "Idempotency-Key": str(uuid.uuid4()),
            }
            return requests.post(
                f"{site.url}/v1/checkouts", json=order, headers=default | headers, timeout=10
            )

        return post

    def test_replays_the_answer_to_a_repeated_key(self, ask):
        key = {"Idempotency-Key": str(uuid.uuid4())}
        first, again = ask(self.ORDER, **key), ask(self.ORDER, **key)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()

    def test_refuses_a_key_used_for_something_else(self, ask):
        key = {"Idempotency-Key": str(uuid.uuid4())}
        ask(self.ORDER, **key)
        assert ask(self.ORDER | {"amount": 86}, **key).status_code == 409

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *(("amount", wrong) for wrong in (0, -85, 0.85, "85", True, None)),
            *(("currency", wrong) for wrong in ("XXX", "COIN", None)),
            ("title", ""),
            ("success_url", "javascript:alert(1)"),
        ],
    )
    def test_refuses_an_order_that_makes_no_sense(self, ask, field, value):
        answer = ask(self.ORDER | {field: value})
        assert answer.status_code == 400
        assert answer.json()["error"]

    @pytest.mark.parametrize(
        ("headers", "status"), [({"Authorization": "Bearer x"}, 401), ({"Idempotency-Key": ""}, 400)]
    )
    def test_asks_for_its_key_and_ours(self, ask, headers, status):
        assert ask(self.ORDER, **headers).status_code == status


def bought(**form) -> CoinPurchase:
    purchase = start()
    decide(purchase, **form)
    return becomes(purchase, PurchaseState.PAID)


def act(purchase: CoinPurchase, **form) -> requests.Response:
    return requests.post(f"{purchase.checkout_url}/bank", data=form, allow_redirects=False, timeout=10)


def refunded(purchase: CoinPurchase) -> CoinRefund:
    refund = request_refund(purchase_id=purchase.pk, viewer=purchase.viewer, key="k", at=timezone.now())
    approve_refund(refund_id=refund.pk, actor=StaffFactory(is_superuser=True), at=timezone.now())
    return send_refund(refund_id=refund.pk, at=timezone.now())


def ends(rows, state: str) -> None:
    eventually(lambda: rows.filter(state=state).exists(), f"it is {state}")


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

    @pytest.mark.parametrize(
        ("headers", "body", "status"),
        [
            ({"Authorization": "Bearer wrong"}, {}, 401),
            ({"Idempotency-Key": ""}, {}, 400),
            ({}, None, 400),
            ({}, {"checkout": "none", "reference": "r", "amount": "5"}, 400),
            ({}, {"checkout": "none", "reference": "r", "amount": 5}, 400),
        ],
    )
    def test_refuses_nonsense(self, site, settings, headers, body, status):
        headers = {
            "Authorization": f"Bearer {settings.SANDBOX_CHECKOUT_KEY}",
            "Idempotency-Key": "x",
        } | headers
        answer = requests.post(f"{site.url}/v1/refunds", json=body, headers=headers, timeout=10)
        assert answer.status_code == status
        assert answer.json()["error"]


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
