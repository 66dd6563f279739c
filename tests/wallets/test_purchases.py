import datetime as dt
import threading
import uuid
from typing import ClassVar

import pytest
from django.db import connection

from ledger.chart import COIN_FLOAT, COINS_ISSUED, PAYMENT_CLEARING, VIEWER_COINS
from ledger.operations import Transfer, post
from ledger.queries import balance, balances, postings_of
from tests.factories.people import UserFactory
from tests.factories.purchases import NOW, event_for, package, paid, recorded
from wallets import providers
from wallets.models import CoinPurchase, ProviderEvent
from wallets.operations.events import handle_payment_event
from wallets.operations.purchases import (
    CheckoutRefused,
    CheckoutUnknown,
    KeyReused,
    PackageUnavailable,
    start_purchase,
)
from wallets.operations.sweep import PATIENCE, sweep_purchases
from wallets.providers import EventKind
from wallets.states import MOVES, EventOutcome, PurchaseState

LATER = NOW + PATIENCE


class Desk:
    """A provider in a dictionary: it keeps the checkouts it opened, and can be told to fail."""

    name = "sandbox"
    opened: ClassVar[dict] = {}
    answers: ClassVar[dict] = {}
    fault: Exception | None = None
    calls = 0

    def open_checkout(self, order):
        type(self).calls += 1
        if self.fault:
            raise self.fault
        return self.opened.setdefault(
            order.purchase_id,
            providers.Checkout(f"cs-{order.purchase_id}", f"https://pay.test/{order.purchase_id}"),
        )

    def fetch(self, reference):
        if self.fault:
            raise self.fault
        return self.answers.get(reference)


@pytest.fixture
def desk(settings):
    kind = type("DeskOfThisTest", (Desk,), {"opened": {}, "answers": {}})
    globals()["desk_of_this_test"] = kind
    settings.PAYMENT_PROVIDERS = {"sandbox": f"{__name__}.desk_of_this_test"}
    return kind


@pytest.fixture
def viewer(db):
    return UserFactory(country="DE")


def books(viewer):
    return balances(
        [
            VIEWER_COINS.of(viewer.pk),
            COINS_ISSUED.platform(),
            *(each.platform("EUR") for each in (PAYMENT_CLEARING, COIN_FLOAT)),
        ]
    )


@pytest.fixture
def nothing_moves(viewer):
    before = books(viewer)
    yield
    assert books(viewer) == before


class TestStartPurchase:
    def test_copies_the_package_and_opens_the_checkout(self, viewer, desk):
        offered = package("EU", 350)
        purchase = start_purchase(viewer=viewer, package_id=offered.pk, key="k", at=NOW)
        assert (purchase.coins, purchase.price, purchase.currency) == (350, 420, "EUR")
        assert purchase.state == PurchaseState.PENDING
        assert purchase.checkout_url == f"https://pay.test/{purchase.pk}"
        assert books(viewer)[VIEWER_COINS.of(viewer.pk)] == 0

    def test_returns_the_same_purchase_for_the_same_key(self, viewer, desk):
        wish = {"viewer": viewer, "package_id": package().pk, "key": "k", "at": NOW}
        assert start_purchase(**wish) == start_purchase(**wish)
        assert desk.calls == 1

    def test_keeps_keys_of_two_viewers_apart(self, viewer, desk):
        wish = {"package_id": package().pk, "key": "k", "at": NOW}
        assert start_purchase(viewer=viewer, **wish) != start_purchase(viewer=UserFactory(), **wish)

    def test_refuses_a_key_used_for_another_package(self, viewer, desk, nothing_moves):
        start_purchase(viewer=viewer, package_id=package(coins=70).pk, key="k", at=NOW)
        with pytest.raises(KeyReused):
            start_purchase(viewer=viewer, package_id=package(coins=350).pk, key="k", at=NOW)

    @pytest.mark.parametrize("region", ["US", "GB", "JP", "BR"])
    def test_refuses_the_price_list_of_another_country(self, viewer, desk, nothing_moves, region):
        with pytest.raises(PackageUnavailable):
            start_purchase(viewer=viewer, package_id=package(region).pk, key="k", at=NOW)

    def test_refuses_an_unknown_package(self, viewer, desk, nothing_moves):
        with pytest.raises(PackageUnavailable):
            start_purchase(viewer=viewer, package_id=uuid.uuid4(), key="k", at=NOW)

    def test_fails_the_purchase_that_the_provider_refuses(self, viewer, desk, nothing_moves):
        desk.fault = providers.ProviderRefused("Amount too small")
        with pytest.raises(CheckoutRefused) as refusal:
            start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        assert refusal.value.purchase.state == PurchaseState.FAILED
        assert refusal.value.purchase.reason == "Amount too small"

    def test_keeps_the_purchase_when_the_provider_is_silent_and_opens_it_by_the_same_key(self, viewer, desk):
        wish = {"viewer": viewer, "package_id": package().pk, "key": "k", "at": NOW}
        desk.fault = providers.ProviderUnreachable("time-out")
        with pytest.raises(CheckoutUnknown) as silence:
            start_purchase(**wish)
        assert silence.value.purchase.state == PurchaseState.CREATED
        desk.fault = None
        assert start_purchase(**wish).state == PurchaseState.PENDING
        assert len(desk.opened) == CoinPurchase.objects.count() == 1


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

    def test_finds_a_purchase_by_the_providers_reference_alone(self, viewer, desk):
        purchase = start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        handle_payment_event(event=event_for(purchase, purchase_id=None), at=NOW)
        assert balance(VIEWER_COINS.of(viewer.pk)) == 70

    def test_keeps_what_means_nothing_to_a_purchase(self, viewer, nothing_moves):
        event = event_for(recorded(viewer), EventKind.OTHER, raw='{"type": "charge.updated"}')
        kept = handle_payment_event(event=event, at=NOW)
        assert (kept.outcome, kept.raw) == (EventOutcome.IGNORED, '{"type": "charge.updated"}')


class TestSweepPurchases:
    def test_asks_about_what_nothing_was_heard_of(self, viewer, desk):
        purchase = start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        desk.answers[purchase.provider_reference] = event_for(purchase)
        assert sweep_purchases(at=LATER) == 1
        assert balance(VIEWER_COINS.of(viewer.pk)) == 70
        assert sweep_purchases(at=LATER + PATIENCE) == 0

    def test_leaves_a_young_purchase_to_its_webhook(self, viewer, desk):
        start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        assert sweep_purchases(at=LATER - dt.timedelta(seconds=1)) == 0

    def test_concludes_nothing_from_age(self, viewer, desk, nothing_moves):
        purchase = start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        sweep_purchases(at=NOW + dt.timedelta(days=400))
        purchase.refresh_from_db()
        assert purchase.state == PurchaseState.PENDING

    def test_waits_before_it_asks_again(self, viewer, desk):
        start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        assert sweep_purchases(at=LATER) == 1
        assert sweep_purchases(at=LATER + dt.timedelta(seconds=30)) == 0
        assert sweep_purchases(at=LATER + PATIENCE) == 1

    def test_opens_what_the_provider_may_not_have_heard_of(self, viewer, desk):
        purchase = recorded(viewer)
        sweep_purchases(at=LATER)
        purchase.refresh_from_db()
        assert purchase.state == PurchaseState.PENDING

    def test_goes_on_after_one_that_fails(self, viewer, desk):
        switched_off = recorded(viewer, provider="gone")
        purchase = start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        desk.answers[purchase.provider_reference] = event_for(purchase)
        assert sweep_purchases(at=LATER) == 2
        purchase.refresh_from_db()
        switched_off.refresh_from_db()
        assert (purchase.state, switched_off.state) == (PurchaseState.PAID, PurchaseState.CREATED)


class TestMoves:
    def test_know_every_state(self):
        assert set(MOVES) == set(PurchaseState)

    def test_lead_nowhere_from_paid(self):
        assert not MOVES[PurchaseState.PAID]


def deliver_at_once(events, handle) -> None:
    """Each event in its own thread and connection, all let go together."""
    gate = threading.Barrier(len(events))

    def deliver(event):
        try:
            gate.wait(timeout=10)
            handle(event=event, at=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver, args=[event]) for event in events]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.django_db(transaction=True)
class TestEightDeliveriesAtOnce:
    def test_of_one_event_credit_once(self):
        purchase = recorded(UserFactory())
        deliver_at_once([event_for(purchase, id="evt-1")] * 8, handle_payment_event)
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 70
        assert ProviderEvent.objects.get().outcome == EventOutcome.APPLIED

    def test_of_eight_events_credit_once(self):
        purchase = recorded(UserFactory())
        deliver_at_once([event_for(purchase, reference="cs") for _ in range(8)], handle_payment_event)
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 70
        outcomes = sorted(ProviderEvent.objects.values_list("outcome", flat=True))
        assert outcomes == [EventOutcome.APPLIED, *[EventOutcome.IGNORED] * 7]

    def test_would_credit_more_than_once_without_the_guards(self):
        """The control: looking first and crediting afterwards loses this race."""
        purchase = recorded(UserFactory())
        looked = threading.Barrier(8)

        def careless(*, event, at):
            state = CoinPurchase.objects.get(pk=event.purchase_id).state
            looked.wait(timeout=10)
            if state != PurchaseState.PAID:
                coins = VIEWER_COINS.of(purchase.viewer_id)
                transfer = Transfer(COINS_ISSUED.platform(), coins, purchase.coins)
                post(kind="control", key=str(uuid.uuid4()), at=at, transfers=[transfer])

        deliver_at_once([event_for(purchase)] * 8, careless)
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 8 * 70
