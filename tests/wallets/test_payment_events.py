import threading
import uuid

import pytest

from ledger.chart import COINS_ISSUED, VIEWER_COINS
from ledger.operations import Transfer, post
from ledger.queries import balance, postings_of
from tests.concurrency.threads import race
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.purchases import NOW, event_for, package, paid, recorded
from wallets.models import CoinPurchase, ProviderEvent
from wallets.operations.events import handle_payment_event, look_again
from wallets.operations.purchases import start_purchase
from wallets.operations.sweep import PATIENCE
from wallets.providers import EventKind, ForgedEvent
from wallets.providers.sandbox.adapter import SandboxProvider
from wallets.states import EventOutcome, PurchaseState

LATER = NOW + PATIENCE


class TestHandlePaymentEvent:
    def test_credits_the_coins_and_books_the_cash(self, viewer):
        purchase = recorded(viewer, coins=700)
        assert handle_payment_event(event=event_for(purchase), at=NOW).outcome == EventOutcome.APPLIED
        purchase.refresh_from_db()
        assert (purchase.state, purchase.closed_at) == (PurchaseState.PAID, NOW)
        assert sorted(postings_of(purchase.entry_id)) == sorted(
            [
                ("viewer.coins", "COIN", 700),
                ("platform.coins.issued", "COIN", -700),
                ("platform.coin_float", "EUR", 840),
                ("platform.payment_clearing", "EUR", -840),
            ]
        )

    def test_credits_once_for_a_repeated_event(self, viewer):
        purchase = recorded(viewer)
        event = event_for(purchase)
        first = handle_payment_event(event=event, at=NOW)
        assert handle_payment_event(event=event, at=LATER) == first
        assert balance(VIEWER_COINS.of(viewer.pk)) == 70

    def test_credits_once_for_two_events_of_one_payment(self, viewer):
        purchase = paid(viewer)
        again = handle_payment_event(event=event_for(purchase), at=LATER)
        assert again.outcome == EventOutcome.IGNORED
        assert balance(VIEWER_COINS.of(viewer.pk)) == 70

    @pytest.mark.parametrize("earlier", [EventKind.FAILED, EventKind.EXPIRED])
    def test_credits_money_that_was_taken_after_all(self, viewer, earlier):
        purchase = recorded(viewer)
        handle_payment_event(event=event_for(purchase, earlier, reason="declined"), at=NOW)
        handle_payment_event(event=event_for(purchase), at=LATER)
        purchase.refresh_from_db()
        assert (purchase.state, purchase.reason) == (PurchaseState.PAID, "")
        assert balance(VIEWER_COINS.of(viewer.pk)) == 70

    @pytest.mark.parametrize("late", [EventKind.FAILED, EventKind.EXPIRED])
    def test_lets_a_paid_purchase_stay_paid(self, viewer, late):
        purchase = paid(viewer)
        assert handle_payment_event(event=event_for(purchase, late), at=LATER).outcome == EventOutcome.IGNORED
        purchase.refresh_from_db()
        assert purchase.state == PurchaseState.PAID
        assert balance(VIEWER_COINS.of(viewer.pk)) == 70

    @pytest.mark.parametrize(
        ("kind", "state"),
        [(EventKind.FAILED, PurchaseState.FAILED), (EventKind.EXPIRED, PurchaseState.EXPIRED)],
    )
    def test_closes_an_unpaid_purchase(self, viewer, nothing_moves, kind, state):
        purchase = recorded(viewer)
        handle_payment_event(event=event_for(purchase, kind, reason="No funds"), at=NOW)
        purchase.refresh_from_db()
        assert (purchase.state, purchase.reason, purchase.closed_at) == (state, "No funds", NOW)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"amount": 84},
            {"amount": 8500},
            {"amount": None},
            {"currency": "USD"},
            {"currency": "JPY"},
            {"currency": ""},
            {"reference": "cs-of-another"},
            {"purchase_id": uuid.UUID(int=7)},
            {"purchase_id": None, "reference": "unknown"},
            {"purchase_id": None, "reference": ""},
            {"provider": "stripe"},
        ],
        ids=str,
    )
    def test_parks_a_word_that_does_not_fit_and_moves_nothing(self, viewer, desk, nothing_moves, wrong):
        purchase = start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        kept = handle_payment_event(event=event_for(purchase, **wrong), at=NOW)
        assert kept.outcome == EventOutcome.PARKED
        assert kept.note
        purchase.refresh_from_db()
        assert purchase.state == PurchaseState.PENDING

    def test_parks_a_checkout_that_is_another_purchases(self, viewer):
        first, second = paid(viewer), recorded(viewer)
        event = event_for(second, reference=first.provider_reference)
        assert handle_payment_event(event=event, at=NOW).outcome == EventOutcome.PARKED
        assert balance(VIEWER_COINS.of(viewer.pk)) == 70

    def test_finds_a_purchase_by_the_providers_reference_alone(self, viewer, desk):
        purchase = start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        handle_payment_event(event=event_for(purchase, purchase_id=None), at=NOW)
        assert balance(VIEWER_COINS.of(viewer.pk)) == 70

    def test_keeps_what_means_nothing_to_a_purchase(self, viewer, nothing_moves):
        event = event_for(recorded(viewer), EventKind.OTHER, raw='{"type": "charge.updated"}')
        kept = handle_payment_event(event=event, at=NOW)
        assert (kept.outcome, kept.raw) == (EventOutcome.IGNORED, '{"type": "charge.updated"}')


class TestLookAgain:
    BODY = (
        '{"id": "evt_1", "type": "checkout.paid", "data": {"id": "co_1", "status": "paid", "reference": "?",'
        ' "amount": 85, "currency": "EUR", "reason": ""}}'
    )

    @pytest.fixture
    def parked(self, db):
        kept = handle_payment_event(event=SandboxProvider().read_kept(self.BODY), at=NOW)
        assert kept.outcome == EventOutcome.PARKED
        return kept

    def look(self, kept):
        return look_again(event_id=kept.pk, at=LATER, actor=StaffFactory())

    def test_applies_what_has_been_put_right_once(self, viewer, parked):
        purchase = recorded(viewer)
        CoinPurchase.objects.filter(pk=purchase.pk).update(provider_reference="co_1")
        for _ in range(2):
            kept = self.look(parked)
            assert (kept.outcome, kept.purchase, kept.note) == (EventOutcome.APPLIED, purchase, "")
            assert balance(VIEWER_COINS.of(viewer.pk)) == 70

    def test_credits_nothing_that_was_credited_meanwhile(self, viewer, parked):
        purchase = recorded(viewer)
        handle_payment_event(event=event_for(purchase, reference="co_1"), at=NOW)
        assert self.look(parked).outcome == EventOutcome.IGNORED
        assert balance(VIEWER_COINS.of(viewer.pk)) == 70

    def test_leaves_parked_what_still_does_not_fit(self, parked, nothing_moves):
        assert self.look(parked).outcome == EventOutcome.PARKED

    @pytest.mark.parametrize("raw", ["", "{}", "null", "[]", '{"data": 1}'])
    def test_refuses_what_can_not_be_read(self, viewer, nothing_moves, raw):
        kept = handle_payment_event(event=event_for(recorded(viewer), amount=1, raw=raw), at=NOW)
        with pytest.raises(ForgedEvent):
            self.look(kept)
        kept.refresh_from_db()
        assert kept.outcome == EventOutcome.PARKED


@pytest.mark.django_db(transaction=True)
class TestEightDeliveriesAtOnce:
    def test_of_one_event_credit_once(self):
        purchase = recorded(UserFactory())
        event = event_for(purchase)
        kept = race(lambda _number: handle_payment_event(event=event, at=NOW), 8)
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 70
        assert {each.pk for each in kept} == {ProviderEvent.objects.get(outcome=EventOutcome.APPLIED).pk}

    def test_of_eight_events_credit_once(self):
        purchase = recorded(UserFactory())
        events = [event_for(purchase) for _ in range(8)]
        kept = race(lambda number: handle_payment_event(event=events[number], at=NOW), 8)
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 70
        outcomes = sorted(each.outcome for each in kept)
        assert outcomes == [EventOutcome.APPLIED, *[EventOutcome.IGNORED] * 7]

    def test_would_credit_eight_times_without_the_guards(self):
        """The control: looking first and crediting afterwards loses this race."""
        purchase = recorded(UserFactory())
        looked = threading.Barrier(8)

        def careless(_number):
            state = CoinPurchase.objects.get(pk=purchase.pk).state
            looked.wait(timeout=10)
            if state != PurchaseState.PAID:
                coins = VIEWER_COINS.of(purchase.viewer_id)
                transfer = Transfer(COINS_ISSUED.platform(), coins, purchase.coins)
                post(kind="control", key=str(uuid.uuid4()), at=NOW, transfers=[transfer])

        race(careless, 8)
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 8 * 70
