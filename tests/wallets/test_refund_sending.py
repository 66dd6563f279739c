"""Paying a refund through the provider, and asking about what is undecided."""

import datetime as dt

import pytest

from ledger.queries import balance
from tests.factories.purchases import dispute_event, paid
from tests.wallets.test_refunds import CLEARING, FLOAT, LATER, approved, ask, coins_of, reviewer
from wallets import providers
from wallets.operations.events import handle_payment_event
from wallets.operations.follow_up import ask_about_undecided, send_refunds
from wallets.operations.refunds import approve_refund, send_refund
from wallets.states import RefundState


@pytest.fixture
def purchase(viewer):
    """70 coins for 0.85 EUR, bought through the desk."""
    return paid(viewer)


@pytest.mark.django_db
class TestSendRefund:
    def test_pays_back_through_the_provider(self, viewer, purchase, desk):
        refund = approved(purchase)
        assert send_refunds(at=LATER) == 1
        refund.refresh_from_db()
        assert (refund.state, refund.closed_at) == (RefundState.SUCCEEDED, LATER)
        assert (balance(FLOAT), balance(CLEARING), coins_of(viewer)) == (0, 0, 0)
        [order] = desk.asked
        assert (order.refund_id, order.amount, order.currency) == (refund.pk, 85, "EUR")

    def test_sends_nothing_undecided_nor_twice(self, purchase, desk):
        refund = ask(purchase)
        send_refund(refund_id=refund.pk, at=LATER)
        assert desk.asked == []
        approve_refund(refund_id=refund.pk, actor=reviewer(), at=LATER)
        for _ in range(3):
            send_refund(refund_id=refund.pk, at=LATER)
        assert len(desk.asked) == 1

    def test_puts_the_coins_back_where_the_provider_refuses(self, viewer, purchase, desk):
        refund = approved(purchase)
        desk.fault = providers.ProviderRefused("The card is closed.")
        refund = send_refund(refund_id=refund.pk, at=LATER)
        assert (refund.state, refund.reason) == (RefundState.FAILED, "The card is closed.")
        assert coins_of(viewer) == 70

    def test_lets_a_failed_refund_eat_no_capacity(self, viewer, purchase, desk):
        approved_one = approved(purchase)
        desk.fault = providers.ProviderRefused("Try another day.")
        send_refund(refund_id=approved_one.pk, at=LATER)
        desk.fault = None
        second = ask(purchase, key="second")
        assert second.amount == 85
        approve_refund(refund_id=second.pk, actor=reviewer(), at=LATER)
        assert send_refund(refund_id=second.pk, at=LATER).state == RefundState.SUCCEEDED

    def test_stays_on_its_way_while_the_provider_needs_time(self, viewer, purchase, desk):
        desk.refund_state = "sending"
        refund = send_refund(refund_id=approved(purchase).pk, at=LATER)
        assert refund.state == RefundState.SENDING
        assert refund.provider_reference
        assert (coins_of(viewer), balance(CLEARING)) == (0, -85)


@pytest.mark.django_db
class TestAskAboutUndecided:
    SOON, NEXT = LATER + dt.timedelta(minutes=11), LATER + dt.timedelta(days=1)

    def test_asks_before_it_sends_again(self, purchase, desk):
        refund = approved(purchase)
        desk.late_fault = providers.ProviderUnreachable("Silence")
        send_refunds(at=LATER)
        desk.late_fault = None
        assert ask_about_undecided(at=LATER) == 0
        assert ask_about_undecided(at=self.SOON) == 1
        refund.refresh_from_db()
        assert refund.state == RefundState.SUCCEEDED
        assert len(desk.asked) == 1

    def test_sends_again_what_the_provider_never_heard_of(self, purchase, desk):
        refund = approved(purchase)
        desk.fault = providers.ProviderUnreachable("Silence")
        send_refunds(at=LATER)
        desk.fault = None
        ask_about_undecided(at=self.SOON)
        refund.refresh_from_db()
        assert refund.state == RefundState.SUCCEEDED
        assert {order.refund_id for order in desk.asked} == {refund.pk}

    def test_concludes_nothing_from_silence(self, viewer, purchase, desk):
        refund = approved(purchase)
        desk.fault = providers.ProviderUnreachable("Silence")
        send_refunds(at=LATER)
        for days in range(1, 40):
            ask_about_undecided(at=LATER + dt.timedelta(days=days))
        refund.refresh_from_db()
        assert refund.state == RefundState.SENDING
        assert coins_of(viewer) == 0

    def test_hears_how_a_dispute_ended(self, viewer, purchase, desk):
        handle_payment_event(event=dispute_event(purchase), at=LATER)
        desk.disputes["dp_1"] = dispute_event(purchase, "won")
        assert ask_about_undecided(at=LATER) == 0
        assert ask_about_undecided(at=self.NEXT) == 1
        assert coins_of(viewer) == 70
        assert ask_about_undecided(at=self.NEXT + dt.timedelta(days=2)) == 0

    def test_lets_one_odd_row_stop_no_other(self, viewer, purchase, desk):
        other = paid(viewer)
        handle_payment_event(event=dispute_event(purchase), at=LATER)
        handle_payment_event(event=dispute_event(other, dispute="dp_2"), at=LATER)
        desk.disputes["dp_2"] = dispute_event(other, "won", dispute="dp_2")
        assert ask_about_undecided(at=self.NEXT) == 2
        assert coins_of(viewer) == 70
