import csv
import json
import os
from pathlib import Path

import pytest
import stripe
from django.conf import settings as project

from ledger.chart import COIN_FLOAT, VIEWER_COINS
from ledger.queries import balance
from tests.factories.people import UserFactory
from tests.factories.purchases import NOW, package
from tests.wallets.stripe_stand_in import SECRET
from wallets.catalogue import FOLDER
from wallets.models import CoinPurchase
from wallets.operations.purchases import CheckoutRefused, CheckoutUnknown, start_purchase
from wallets.operations.sweep import PATIENCE, sweep_purchases
from wallets.providers import EventKind, ForgedEvent
from wallets.providers.stripe.adapter import StripeProvider
from wallets.states import DisputeState, EventOutcome, PurchaseState

SAMPLES = Path(os.environ.get("PORTAL_SAMPLES", project.BASE_DIR.parent / "shared" / "samples")) / "stripe"
MEANINGS = {
    "checkout.session.completed": EventKind.PAID,
    "charge.succeeded": EventKind.CHARGED,
    "charge.refunded": EventKind.REFUND,
    "charge.dispute.created": EventKind.DISPUTE,
    "charge.dispute.closed": EventKind.DISPUTE,
    "charge.dispute.funds_withdrawn": EventKind.DISPUTE,
    "charge.dispute.funds_reinstated": EventKind.DISPUTE,
}
LATER = NOW + PATIENCE
COUNTRIES = {"US": "US", "EU": "DE", "GB": "GB", "JP": "JP", "BR": "BR"}


@pytest.fixture
def purchase(viewer, stand_in):
    return start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)


class TestOpenCheckout:
    def test_opens_a_session_that_names_the_purchase(self, purchase, stand_in):
        assert purchase.state == PurchaseState.PENDING
        assert purchase.checkout_url == stand_in.sessions[purchase.provider_reference]["url"]
        (form,) = stand_in.requests
        assert form["client_reference_id"] == form["metadata[purchase_id]"] == str(purchase.pk)
        assert form["success_url"] == f"{project.SITE_URL}/wallet/purchases/{purchase.pk}/"
        assert form["mode"] == "payment"

    @pytest.mark.parametrize(("region", "country"), COUNTRIES.items())
    def test_asks_for_the_listed_price_in_the_smallest_part(self, db, stand_in, region, country):
        """Ours goes from the list to an integer to Stripe and back; the other way drops the point from the
        list's text and reads what stood in the request."""
        with (FOLDER / "coin_packages.csv").open() as file:
            listed = [row for row in csv.DictReader(file) if row["region"] == region]
        viewer = UserFactory(country=country)
        for row in listed:
            chosen = package(region, int(row["coins"]))
            start_purchase(viewer=viewer, package_id=chosen.pk, key=row["coins"], at=NOW)
            asked = stand_in.requests[-1]["line_items[0][price_data][unit_amount]"]
            assert asked == row["price"].replace(".", "").lstrip("0")
            assert stand_in.requests[-1]["line_items[0][price_data][currency]"] == row["currency"].lower()

    def test_asks_again_by_the_same_key_after_silence(self, viewer, stand_in):
        stand_in.broken = True
        wish = {"viewer": viewer, "package_id": package().pk, "key": "k", "at": NOW}
        with pytest.raises(CheckoutUnknown):
            start_purchase(**wish)
        stand_in.broken = False
        assert start_purchase(**wish).state == PurchaseState.PENDING
        assert len(stand_in.sessions) == CoinPurchase.objects.count() == 1

    def test_opens_one_session_however_often_the_answer_is_lost(self, purchase, stand_in):
        CoinPurchase.objects.update(state=PurchaseState.CREATED, provider_reference="", checkout_url="")
        again = start_purchase(viewer=purchase.viewer, package_id=purchase.package_id, key="k", at=LATER)
        assert again.provider_reference == purchase.provider_reference
        assert len(stand_in.requests) == 2
        assert len(stand_in.sessions) == 1

    def test_waits_where_our_own_key_is_wrong(self, viewer, stand_in, settings):
        settings.STRIPE_SECRET_KEY = "sk_test_wrong"
        with pytest.raises(CheckoutUnknown):
            start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)

    def test_waits_where_nobody_listens(self, viewer, stand_in, settings):
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"
        with pytest.raises(CheckoutUnknown):
            start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)

    def test_fails_what_stripe_refuses(self, viewer, stand_in, monkeypatch):
        refusal = 400, {"error": {"type": "invalid_request_error", "message": "Amount too small"}}
        monkeypatch.setattr(stand_in, "create", lambda *_: refusal)
        with pytest.raises(CheckoutRefused) as refused:
            start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        assert refused.value.purchase.reason == "Amount too small"


class TestVerifyEvent:
    @pytest.mark.parametrize(("region", "country"), COUNTRIES.items())
    def test_credits_a_completed_session_in_any_currency(self, db, stand_in, deliver, region, country):
        viewer = UserFactory(country=country)
        purchase = start_purchase(viewer=viewer, package_id=package(region).pk, key="k", at=NOW)
        session = stand_in.sessions[purchase.provider_reference] | {"payment_status": "paid"}
        deliver("checkout.session.completed", session)
        assert balance(VIEWER_COINS.of(viewer.pk)) == 70
        assert balance(COIN_FLOAT.platform(purchase.currency)) == purchase.price

    def test_waits_for_a_slow_method(self, purchase, stand_in, deliver):
        session = stand_in.sessions[purchase.provider_reference]
        assert deliver("checkout.session.completed", session).outcome == EventOutcome.IGNORED
        purchase.refresh_from_db()
        assert purchase.state == PurchaseState.PENDING
        paid = session | {"payment_status": "paid"}
        deliver("checkout.session.async_payment_succeeded", paid, "evt_2")
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 70

    @pytest.mark.parametrize(
        ("kind", "state"),
        [
            ("checkout.session.async_payment_failed", PurchaseState.FAILED),
            ("checkout.session.expired", PurchaseState.EXPIRED),
        ],
    )
    def test_closes_what_was_not_paid(self, purchase, stand_in, deliver, nothing_moves, kind, state):
        deliver(kind, stand_in.sessions[purchase.provider_reference])
        purchase.refresh_from_db()
        assert purchase.state == state

    def test_reads_a_hundredfold_yen_amount_as_wrong(self, db, stand_in, deliver, nothing_moves):
        viewer = UserFactory(country="JP")
        purchase = start_purchase(viewer=viewer, package_id=package("JP").pk, key="k", at=NOW)
        session = stand_in.sessions[purchase.provider_reference]
        wrong = session | {"payment_status": "paid", "amount_total": purchase.price * 100}
        assert deliver("checkout.session.completed", wrong).outcome == EventOutcome.PARKED

    @pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples' folder is not here")
    @pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.json")))
    def test_reads_what_stripe_really_sends(self, stand_in, db, name):
        told = json.loads((SAMPLES / name).read_text())
        body = json.dumps({"object": "event"} | told)
        header = stripe.WebhookSignature.generate_signature_header(body, SECRET)
        event = StripeProvider().verify_event(body.encode(), {"Stripe-Signature": header})
        thing = told["data"]["object"]
        assert event.id == told["id"]
        assert event.purchase_id is None
        assert event.kind == MEANINGS.get(told["type"], EventKind.OTHER)
        if event.kind == EventKind.PAID:
            assert (event.amount, event.currency) == (thing["amount_total"], thing["currency"].upper())
            assert event.payment == (thing["payment_intent"] or "")
        if event.kind in (EventKind.REFUND, EventKind.DISPUTE):
            assert (event.amount, event.currency) == (thing["amount"], thing["currency"].upper())
            assert event.charge == (thing["id"] if thing["object"] == "charge" else thing["charge"])
        if event.kind == EventKind.CHARGED:
            assert (event.payment, event.charge) == (thing["payment_intent"], thing["id"])

    @pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples' folder is not here")
    @pytest.mark.parametrize(
        ("name", "reference", "state", "withdrawn"),
        [
            ("created", "dp_000000000000000000000000", DisputeState.INQUIRY, False),
            ("funds_withdrawn", "dp_00000000000000", DisputeState.OPEN, True),
            ("funds_reinstated", "dp_00000000000000", DisputeState.WON, True),
            ("closed", "", DisputeState.WON, False),  # an old one, which does not name itself
        ],
    )
    def test_reads_how_real_disputes_stand(self, stand_in, name, reference, state, withdrawn):
        told = json.loads((SAMPLES / f"charge.dispute.{name}.json").read_text())
        event = StripeProvider().read_kept(json.dumps(told | {"object": "event"}))
        word = event.dispute
        assert (word.reference, word.state, word.withdrawn) == (reference, state, withdrawn)
        assert word.due_at.tzinfo


class TestFetch:
    def sweep(self, purchase, stand_in, **facts) -> str:
        stand_in.sessions[purchase.provider_reference].update(facts)
        sweep_purchases(at=LATER)
        purchase.refresh_from_db()
        return purchase.state

    def test_credits_what_was_paid_without_a_webhook(self, purchase, stand_in):
        state = self.sweep(purchase, stand_in, status="complete", payment_status="paid")
        assert state == PurchaseState.PAID
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 70

    def test_can_be_read_again_as_it_was_kept(self, purchase, stand_in):
        session = stand_in.sessions[purchase.provider_reference]
        session.update(status="complete", payment_status="paid")
        event = StripeProvider().fetch(purchase.provider_reference)
        assert StripeProvider().read_kept(event.raw) == event
        body, headers = stand_in.event("checkout.session.completed", session)
        event = StripeProvider().verify_event(body.encode(), headers)
        assert StripeProvider().read_kept(event.raw) == event

    @pytest.mark.parametrize("raw", ["", "{}", "null", '{"object": "event"}', '{"object": "x"}'])
    def test_refuses_to_read_again_what_is_none(self, stand_in, raw):
        with pytest.raises(ForgedEvent):
            StripeProvider().read_kept(raw)

    def test_leaves_an_open_session_pending(self, purchase, stand_in, nothing_moves):
        assert self.sweep(purchase, stand_in) == PurchaseState.PENDING

    def test_expires_by_stripes_word(self, purchase, stand_in, nothing_moves):
        assert self.sweep(purchase, stand_in, status="expired") == PurchaseState.EXPIRED

    def test_leaves_what_has_no_payment_yet_pending(self, purchase, stand_in, nothing_moves):
        assert self.sweep(purchase, stand_in, status="complete", payment_intent=None) == PurchaseState.PENDING
        assert StripeProvider().fetch(purchase.provider_reference) is None

    @pytest.mark.parametrize(
        ("intent", "state"),
        [("processing", PurchaseState.PENDING), ("requires_payment_method", PurchaseState.FAILED)],
    )
    def test_tells_a_slow_payment_from_a_failed_one(self, purchase, stand_in, nothing_moves, intent, state):
        payment = {"id": "pi_1", "object": "payment_intent", "status": intent}
        assert self.sweep(purchase, stand_in, status="complete", payment_intent=payment) == state
