"""Refunds and disputes through Stripe's own library, over a real socket."""

import datetime as dt

import pytest

from ledger.chart import PAYMENT_CLEARING, VIEWER_COINS
from ledger.queries import balance
from tests.factories.people import StaffFactory
from tests.factories.purchases import NOW, package
from wallets.models import CoinPurchase, CoinRefund, Dispute
from wallets.operations.follow_up import ask_about_undecided, send_refunds
from wallets.operations.purchases import start_purchase
from wallets.operations.refunds import approve_refund, request_refund
from wallets.providers.stripe.adapter import StripeProvider
from wallets.states import DisputeState, EventOutcome, RefundState

LATER = NOW + dt.timedelta(days=1)
CLEARING = PAYMENT_CLEARING.platform("EUR")


@pytest.fixture
def purchase(viewer, stand_in, deliver):
    """70 coins for 0.85 EUR, paid; Stripe has named the payment, not yet the charge."""
    bought = start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
    session = stand_in.sessions[bought.provider_reference]
    session.update(status="complete", payment_status="paid", payment_intent="pi_1")
    deliver("checkout.session.completed", session, "evt_paid")
    CoinPurchase.objects.filter(pk=bought.pk).update(closed_at=NOW)
    bought.refresh_from_db()
    return bought


@pytest.fixture
def refund(purchase):
    asked = request_refund(purchase_id=purchase.pk, viewer=purchase.viewer, key="k", at=LATER)
    return approve_refund(refund_id=asked.pk, actor=StaffFactory(is_superuser=True), at=LATER)


def charge(purchase, **facts):
    names = {"id": "ch_1", "object": "charge", "payment_intent": "pi_1", "currency": "eur"}
    return names | {"amount": purchase.price, "metadata": {"purchase_id": str(purchase.pk)}} | facts


def dispute(status="needs_response", **facts):
    told = {"id": "dp_1", "object": "dispute", "charge": "ch_1", "currency": "eur", "amount": 85}
    return told | {"status": status, "reason": "fraudulent", "payment_intent": None} | facts


def coins(purchase):
    return balance(VIEWER_COINS.of(purchase.viewer_id))


class TestNames:
    def test_of_the_payment_and_its_charge_are_kept(self, purchase, deliver):
        assert purchase.payment_reference == "pi_1"
        deliver("charge.succeeded", charge(purchase))
        purchase.refresh_from_db()
        assert purchase.charge_reference == "ch_1"

    def test_make_an_early_dispute_find_its_purchase(self, purchase, deliver):
        kept = deliver("charge.dispute.created", dispute(), "evt_early")
        assert (kept.outcome, kept.purchase, coins(purchase)) == (EventOutcome.PARKED, None, 70)
        deliver("charge.succeeded", charge(purchase))
        kept.refresh_from_db()
        assert (kept.outcome, kept.purchase, coins(purchase)) == (EventOutcome.APPLIED, purchase, 0)

    def test_of_other_shops_charges_mean_nothing(self, stand_in, deliver, db, purchase):
        told = charge(purchase, id="ch_9", payment_intent="pi_9", metadata={})
        assert deliver("charge.succeeded", told).outcome == EventOutcome.IGNORED


class TestRefund:
    def test_is_paid_back_by_its_own_key(self, refund, stand_in):
        send_refunds(at=LATER)
        refund.refresh_from_db()
        assert refund.state == RefundState.SUCCEEDED
        (made,) = stand_in.refunds.values()
        assert (made["amount"], made["payment_intent"]) == (85, "pi_1")
        assert stand_in.keys[f"refund-{refund.pk}"]
        assert balance(CLEARING) == 0

    def test_is_asked_about_after_silence_and_not_sent_again(self, refund, stand_in):
        stand_in.deaf = True
        send_refunds(at=LATER)
        stand_in.deaf = False
        refund.refresh_from_db()
        assert refund.state == RefundState.SENDING
        ask_about_undecided(at=LATER + dt.timedelta(hours=1))
        refund.refresh_from_db()
        assert refund.state == RefundState.SUCCEEDED
        assert len(stand_in.refunds) == 1

    def test_that_is_refused_puts_the_coins_back(self, purchase, refund, stand_in):
        stand_in.sessions[purchase.provider_reference]["amount_total"] = 5
        send_refunds(at=LATER)
        refund.refresh_from_db()
        assert refund.state == RefundState.FAILED
        assert "greater than" in refund.reason
        assert coins(purchase) == 70

    def test_that_takes_days_is_ended_by_its_event(self, purchase, refund, stand_in, deliver):
        stand_in.refund_status = "pending"
        send_refunds(at=LATER)
        (made,) = stand_in.refunds.values()
        failed = made | {"status": "failed", "failure_reason": "expired_or_canceled_card"}
        deliver("refund.failed", failed, "evt_failed")
        refund.refresh_from_db()
        assert (refund.state, refund.reason) == (
            RefundState.FAILED,
            "The bank says: expired or canceled card.",
        )
        assert coins(purchase) == 70

    def test_started_in_stripes_dashboard_is_taken_in(self, purchase, deliver):
        made = {"id": "re_9", "object": "refund", "amount": 17, "currency": "eur", "status": "succeeded"}
        made |= {"charge": "ch_1", "payment_intent": "pi_1", "metadata": {}}
        told = charge(purchase, amount_refunded=17, refunds={"data": [made]})
        deliver("charge.refunded", told, "evt_1")
        deliver("refund.updated", made, "evt_2")
        assert CoinRefund.objects.get().amount == 17
        assert (coins(purchase), balance(CLEARING)) == (56, -68)

    def test_can_be_read_again_as_it_was_kept(self, refund, stand_in):
        send_refunds(at=LATER)
        (made,) = stand_in.refunds.values()
        stripe = StripeProvider()
        event = stripe.fetch_refund(_order(refund))
        assert event.refund.reference == made["id"]
        assert stripe.read_kept(event.raw) == event


def _order(refund):
    from wallets.providers import RefundOrder

    return RefundOrder(refund.pk, refund.purchase.provider_reference, "", refund.amount, "EUR", "")


class TestDispute:
    @pytest.fixture(autouse=True)
    def _charged(self, purchase, deliver):
        deliver("charge.succeeded", charge(purchase), "evt_charged")

    def test_books_the_money_when_it_is_withdrawn(self, purchase, deliver):
        deliver("charge.dispute.created", dispute())
        assert (coins(purchase), balance(CLEARING)) == (0, -85)
        deliver("charge.dispute.funds_withdrawn", dispute(), "evt_2")
        assert balance(CLEARING) == 0

    def test_moves_nothing_as_an_inquiry_that_is_closed(self, purchase, deliver, nothing_moves):
        deliver("charge.dispute.created", dispute("warning_needs_response"))
        deliver("charge.dispute.closed", dispute("warning_closed"), "evt_2")
        assert Dispute.objects.get().state == DisputeState.WON

    def test_is_asked_about_when_its_event_got_lost(self, purchase, stand_in, deliver):
        deliver("charge.dispute.created", dispute())
        stand_in.disputes["dp_1"] = dispute("won")
        Dispute.objects.update(opened_at=NOW)
        ask_about_undecided(at=LATER)
        assert Dispute.objects.get().state == DisputeState.WON
        assert coins(purchase) == 70

    def test_that_does_not_name_itself_is_parked(self, purchase, deliver):
        told = {name: fact for name, fact in dispute("won").items() if name != "id"}
        assert deliver("charge.dispute.closed", told).outcome == EventOutcome.PARKED
