import datetime as dt
import json

import pytest
import stripe
from django.urls import reverse
from standardwebhooks.webhooks import Webhook

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from tests.factories.purchases import NOW, recorded
from wallets.models import ProviderEvent
from wallets.operations import events
from wallets.operations.events import handle_waiting
from wallets.states import EventOutcome, PurchaseState
from wallets.views.hooks import LARGEST_BODY

STRIPE_SECRET = "whsec_of_these_tests"


@pytest.fixture(autouse=True)
def _providers(settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test", STRIPE_SECRET
    settings.PAYMENT_PROVIDERS = {
        "sandbox": "wallets.providers.sandbox.adapter.SandboxProvider",
        "stripe": "wallets.providers.stripe.adapter.StripeProvider",
    }


class SandboxSender:
    name = "sandbox"

    def body(self, purchase, event_id="evt_1", **facts) -> str:
        data = {
            "id": "co_1",
            "reference": str(purchase.pk),
            "amount": purchase.price,
            "currency": purchase.currency,
            "reason": "",
        }
        return json.dumps({"id": event_id, "type": "checkout.paid", "data": data | facts})

    def headers(self, body, settings, *, secret=None, at=None) -> dict:
        at = at or dt.datetime.now(dt.UTC)
        signature = Webhook(secret or settings.SANDBOX_WEBHOOK_SECRET).sign("evt_1", at, body)
        return {
            "webhook-id": "evt_1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }


class StripeSender:
    name = "stripe"

    def body(self, purchase, event_id="evt_1", **facts) -> str:
        session = {
            "id": "cs_1",
            "object": "checkout.session",
            "client_reference_id": facts.get("reference", str(purchase.pk)),
            "amount_total": facts.get("amount", purchase.price),
            "currency": facts.get("currency", purchase.currency).lower(),
            "payment_status": "paid",
        }
        event = {"id": event_id, "object": "event", "type": "checkout.session.completed"}
        return json.dumps(event | {"data": {"object": session}})

    def headers(self, body, settings, *, secret=None, at=None) -> dict:
        timestamp = int((at or dt.datetime.now(dt.UTC)).timestamp())
        header = stripe.WebhookSignature.generate_signature_header(body, secret or STRIPE_SECRET, timestamp)
        return {"Stripe-Signature": header}


@pytest.fixture(params=[SandboxSender(), StripeSender()], ids=lambda sender: sender.name)
def sender(request):
    return request.param


@pytest.fixture
def purchase(viewer, sender):
    return recorded(viewer, provider=sender.name)


@pytest.fixture
def deliver(client, sender):
    def post(body: str, headers: dict, *, work: bool = True):
        """As the provider sends it, and then the task, if it is to run."""
        url = reverse("wallets:payment_hook", args=[sender.name])
        answer = client.post(url, body, content_type="application/json", headers=headers)
        if work:
            handle_waiting(at=NOW)
        return answer

    return post


class TestPaymentHook:
    def test_credits_what_was_paid(self, purchase, sender, deliver, settings):
        body = sender.body(purchase)
        assert deliver(body, sender.headers(body, settings)).status_code == 200
        purchase.refresh_from_db()
        assert purchase.state == PurchaseState.PAID
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 70
        assert ProviderEvent.objects.get().raw == body

    def test_answers_before_anything_is_done(
        self, purchase, sender, deliver, settings, django_assert_max_num_queries
    ):
        body = sender.body(purchase)
        with django_assert_max_num_queries(4):  # a look, and the row within a savepoint
            assert deliver(body, sender.headers(body, settings), work=False).status_code == 200
        kept = ProviderEvent.objects.get()
        assert (kept.outcome, kept.raw) == (EventOutcome.WAITING, body)
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 0

    def test_applies_what_a_killed_worker_left(self, purchase, sender, deliver, settings, monkeypatch):
        """It dies with the coins posted and nothing committed."""
        body = sender.body(purchase)
        deliver(body, sender.headers(body, settings), work=False)

        def die(**facts):
            raise SystemExit

        with monkeypatch.context() as patch:
            patch.setattr(events, "settle_claims", die)
            with pytest.raises(SystemExit):
                handle_waiting(at=NOW)
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 0
        for _ in range(2):
            handle_waiting(at=NOW)
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 70

    def test_parks_what_can_not_be_applied_and_goes_on(
        self, purchase, sender, deliver, settings, monkeypatch
    ):
        bodies = [sender.body(purchase, event_id) for event_id in ("evt_0", "evt_1")]
        for body in bodies:
            deliver(body, sender.headers(body, settings), work=False)
        ProviderEvent.objects.filter(event_id="evt_0").update(raw="{}")
        assert handle_waiting(at=NOW) == 2
        outcomes = dict(ProviderEvent.objects.values_list("event_id", "outcome"))
        assert outcomes == {"evt_0": EventOutcome.PARKED, "evt_1": EventOutcome.APPLIED}

    def test_forgets_the_words_after_a_time(self, purchase, sender, deliver, settings):
        body = sender.body(purchase)
        deliver(body, sender.headers(body, settings))
        ProviderEvent.objects.update(received_at=NOW)
        assert events.forget_words(at=NOW + events.WORDS_KEPT) == 0
        assert events.forget_words(at=NOW + events.WORDS_KEPT + dt.timedelta(days=1)) == 1
        assert ProviderEvent.objects.get().raw == ""

    def test_credits_once_for_a_repeated_delivery(self, purchase, sender, deliver, settings):
        body = sender.body(purchase)
        for _ in range(3):
            assert deliver(body, sender.headers(body, settings)).status_code == 200
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 70
        assert ProviderEvent.objects.count() == 1

    @pytest.mark.parametrize("secret", ["whsec_Zm9yZ2VkLWZvcmdlZC1mb3JnZWQ=", "whsec_AAAA"])
    def test_refuses_a_forged_signature(self, purchase, sender, deliver, settings, nothing_moves, secret):
        body = sender.body(purchase)
        assert deliver(body, sender.headers(body, settings, secret=secret)).status_code == 400
        assert not ProviderEvent.objects.exists()

    def test_refuses_a_body_changed_after_signing(self, purchase, sender, deliver, settings, nothing_moves):
        headers = sender.headers(sender.body(purchase, amount=1), settings)
        assert deliver(sender.body(purchase), headers).status_code == 400

    @pytest.mark.parametrize("age", [dt.timedelta(minutes=6), dt.timedelta(days=30)])
    def test_refuses_a_stale_signature(self, purchase, sender, deliver, settings, nothing_moves, age):
        body = sender.body(purchase)
        headers = sender.headers(body, settings, at=dt.datetime.now(dt.UTC) - age)
        assert deliver(body, headers).status_code == 400

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {
                "Stripe-Signature": "t=now,v1=é",
                "webhook-id": "e",
                "webhook-timestamp": "x",
                "webhook-signature": "v1",
            },
            {
                "Stripe-Signature": "v1=1",
                "webhook-id": "e",
                "webhook-timestamp": "9e99",
                "webhook-signature": "v1,!",
            },
        ],
    )
    def test_refuses_signatures_that_make_no_sense(self, purchase, sender, deliver, nothing_moves, headers):
        assert deliver(sender.body(purchase), headers).status_code == 400

    @pytest.mark.parametrize("body", ["", "{", "[]", "1", '"x"', "null", '{"id": "evt_1"}'])
    def test_refuses_signed_nonsense(self, purchase, sender, deliver, settings, nothing_moves, body):
        assert deliver(body, sender.headers(body, settings)).status_code == 400

    @pytest.mark.parametrize(
        "facts", [{"amount": 8500}, {"amount": 1}, {"currency": "USD"}, {"currency": "JPY"}]
    )
    def test_parks_a_wrong_amount_or_currency(
        self, purchase, sender, deliver, settings, nothing_moves, facts
    ):
        body = sender.body(purchase, **facts)
        assert deliver(body, sender.headers(body, settings)).status_code == 200
        kept = ProviderEvent.objects.get()
        assert (kept.outcome, kept.raw) == (EventOutcome.PARKED, body)
        purchase.refresh_from_db()
        assert purchase.state == PurchaseState.CREATED

    @pytest.mark.parametrize("reference", ["01995b0e-0000-7000-8000-000000000000", "someone else's"])
    def test_parks_what_names_no_purchase(
        self, purchase, sender, deliver, settings, nothing_moves, reference
    ):
        body = sender.body(purchase, reference=reference)
        assert deliver(body, sender.headers(body, settings)).status_code == 200
        assert ProviderEvent.objects.get().outcome == EventOutcome.PARKED

    def test_refuses_a_body_that_is_too_large(self, purchase, deliver, nothing_moves):
        assert deliver("x" * (LARGEST_BODY + 1), {}).status_code == 413

    def test_takes_posts_alone(self, client, db, sender):
        assert client.get(reverse("wallets:payment_hook", args=[sender.name])).status_code == 405


@pytest.mark.django_db
class TestUnknownProvider:
    @pytest.mark.parametrize("name", ["paypal", "nobody"])
    def test_is_not_found(self, client, name):
        url = reverse("wallets:payment_hook", args=[name])
        assert client.post(url, "{}", content_type="application/json").status_code == 404

    def test_so_is_one_that_is_switched_off(self, client, settings):
        settings.PAYMENT_PROVIDERS = {}
        url = reverse("wallets:payment_hook", args=["sandbox"])
        assert client.post(url, "{}", content_type="application/json").status_code == 404
