import datetime as dt
import uuid

import pytest
import requests

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from tests.factories.freezes import freeze_for
from tests.factories.people import UserFactory
from tests.factories.purchases import NOW, event_for, package, recorded
from wallets import providers
from wallets.models import CoinPurchase
from wallets.operations.events import handle_payment_event
from wallets.operations.limits import cool_off
from wallets.operations.purchases import (
    CheckoutRefused,
    CheckoutUnknown,
    CoolingOff,
    KeyReused,
    PackageUnavailable,
    WalletFrozen,
    start_purchase,
)
from wallets.operations.sweep import PATIENCE, PATIENCE_WITH_STAFF, sweep_purchases
from wallets.providers.sandbox.adapter import SandboxProvider
from wallets.states import MOVES, PurchaseState

LATER = NOW + PATIENCE


class TestStartPurchase:
    def test_copies_the_package_and_opens_the_checkout(self, viewer, desk):
        offered = package("EU", 350)
        purchase = start_purchase(viewer=viewer, package_id=offered.pk, key="k", at=NOW)
        assert (purchase.coins, purchase.price, purchase.currency) == (350, 420, "EUR")
        assert purchase.state == PurchaseState.PENDING
        assert purchase.checkout_url == f"https://pay.test/{purchase.pk}"
        assert balance(VIEWER_COINS.of(viewer.pk)) == 0

    def test_returns_the_same_purchase_for_the_same_key(self, viewer, desk):
        wish = {"viewer": viewer, "package_id": package().pk, "key": "k", "at": NOW}
        assert start_purchase(**wish) == start_purchase(**wish)
        assert len(desk.asked) == 1

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

    def test_sells_nothing_into_a_frozen_wallet(self, viewer, desk):
        freeze_for(viewer)
        with pytest.raises(WalletFrozen):
            start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        assert not CoinPurchase.objects.exists()

    def test_settles_what_was_under_way_when_the_wallet_froze(self, viewer, desk):
        purchase = start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        freeze_for(viewer)
        handle_payment_event(event=event_for(purchase), at=LATER)
        assert balance(VIEWER_COINS.of(viewer.pk)) == 70

    def test_fails_the_purchase_that_the_provider_refuses(self, viewer, desk, nothing_moves):
        desk.fault = providers.ProviderRefused("Amount too small")
        with pytest.raises(CheckoutRefused) as refusal:
            start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        assert refusal.value.purchase.state == PurchaseState.FAILED
        assert refusal.value.purchase.reason == "Amount too small"

    def test_leaves_the_key_of_what_was_refused_for_another_try(self, viewer, desk):
        wish = {"viewer": viewer, "package_id": package().pk, "key": "k", "at": NOW}
        desk.fault = providers.ProviderRefused("Not now")
        for _ in range(2):
            with pytest.raises(CheckoutRefused):
                start_purchase(**wish)
        desk.fault = None
        bought = start_purchase(**wish)
        assert start_purchase(**wish) == bought
        states = [each.state for each in CoinPurchase.objects.order_by("id")]
        assert states == [PurchaseState.FAILED, PurchaseState.FAILED, PurchaseState.PENDING]
        assert len(desk.opened) == 1

    def test_keeps_the_key_where_a_twin_s_question_opened_a_checkout(self, viewer, desk, monkeypatch):
        wish = {"viewer": viewer, "package_id": package().pk, "key": "k", "at": NOW}

        def refuse(self, order):
            twin.undo()
            start_purchase(**wish)
            raise providers.ProviderRefused("Late")

        with monkeypatch.context() as twin:
            twin.setattr(desk, "open_checkout", refuse)
            with pytest.raises(CheckoutRefused):
                start_purchase(**wish)
        assert start_purchase(**wish).state == PurchaseState.FAILED
        assert len(desk.opened) == CoinPurchase.objects.count() == 1

    def test_keeps_the_purchase_when_the_provider_is_silent_and_opens_it_by_the_same_key(self, viewer, desk):
        wish = {"viewer": viewer, "package_id": package().pk, "key": "k", "at": NOW}
        desk.fault = providers.ProviderUnreachable("time-out")
        with pytest.raises(CheckoutUnknown) as silence:
            start_purchase(**wish)
        assert silence.value.purchase.state == PurchaseState.CREATED
        desk.fault = None
        assert start_purchase(**wish).state == PurchaseState.PENDING
        assert len(desk.opened) == CoinPurchase.objects.count() == 1

    def test_opens_no_checkout_for_the_same_key_once_the_viewer_cools_off(self, viewer, desk):
        wish = {"viewer": viewer, "package_id": package().pk, "key": "k"}
        desk.fault = providers.ProviderUnreachable("time-out")
        with pytest.raises(CheckoutUnknown):
            start_purchase(**wish, at=NOW)
        desk.fault = None
        cool_off(viewer=viewer, until=NOW + dt.timedelta(days=1), at=NOW)
        with pytest.raises(CoolingOff):
            start_purchase(**wish, at=LATER)
        assert CoinPurchase.objects.get().state == PurchaseState.CREATED
        assert not desk.opened


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

    def test_asks_ever_more_rarely_about_what_nobody_decides(self, viewer, desk):
        start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        first_hours = [sweep_purchases(at=NOW + number * PATIENCE) for number in range(1, 61)]
        assert 10 < sum(first_hours) < 25
        later = [sweep_purchases(at=NOW + dt.timedelta(days=30, hours=hours)) for hours in (0, 23, 24)]
        assert later == [1, 0, 1]

    def test_opens_what_the_provider_may_not_have_heard_of(self, viewer, desk):
        purchase = recorded(viewer)
        sweep_purchases(at=LATER)
        purchase.refresh_from_db()
        assert purchase.state == PurchaseState.PENDING

    def test_opens_it_even_while_the_viewer_may_buy_nothing(self, viewer, desk):
        """The provider may have heard of it, and its buyer may have paid."""
        purchase = recorded(viewer)
        freeze_for(viewer)
        sweep_purchases(at=LATER)
        purchase.refresh_from_db()
        assert purchase.state == PurchaseState.PENDING

    def test_asks_rarely_about_what_staff_have_to_look_at(self, viewer, desk, nothing_moves):
        purchase = start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        desk.answers[purchase.provider_reference] = event_for(purchase, amount=1)
        assert sweep_purchases(at=LATER) == 1
        assert sweep_purchases(at=LATER + PATIENCE_WITH_STAFF - dt.timedelta(seconds=1)) == 0
        assert sweep_purchases(at=LATER + PATIENCE_WITH_STAFF) == 1

    def test_goes_on_after_one_that_fails(self, viewer, desk):
        switched_off = recorded(viewer, provider="gone")
        purchase = start_purchase(viewer=viewer, package_id=package().pk, key="k", at=NOW)
        desk.answers[purchase.provider_reference] = event_for(purchase)
        assert sweep_purchases(at=LATER) == 2
        purchase.refresh_from_db()
        switched_off.refresh_from_db()
        assert (purchase.state, switched_off.state) == (PurchaseState.PAID, PurchaseState.CREATED)

    def test_goes_on_after_one_that_can_not_be_read(self, viewer, desk):
        poisoned = start_purchase(viewer=viewer, package_id=package().pk, key="poison", at=NOW)
        desk.answers[poisoned.provider_reference] = "no event at all"
        later = NOW + dt.timedelta(seconds=1)
        purchase = start_purchase(viewer=viewer, package_id=package().pk, key="k", at=later)
        desk.answers[purchase.provider_reference] = event_for(purchase)
        assert sweep_purchases(at=later + PATIENCE) == 2
        states = CoinPurchase.objects.order_by("created_at").values_list("state", flat=True)
        assert list(states) == [PurchaseState.PENDING, PurchaseState.PAID]


class TestSandboxProvider:
    @pytest.mark.parametrize(
        ("status", "body", "reason"),
        [
            (404, b"{}", providers.ProviderRefused),
            (401, b'{"detail": "No"}', providers.ProviderRefused),
            (404, b"[]", providers.ProviderUnreachable),
            (200, b"null", providers.ProviderUnreachable),
            (200, b"<html>", providers.ProviderUnreachable),
        ],
    )
    def test_tells_an_odd_answer_from_a_good_one(self, monkeypatch, status, body, reason):
        answer = requests.Response()
        answer.status_code, answer._content = status, body
        monkeypatch.setattr(requests, "request", lambda *_arguments, **_options: answer)
        with pytest.raises(reason):
            SandboxProvider().fetch("co_1")


class TestMoves:
    def test_know_every_state(self):
        assert set(MOVES) == set(PurchaseState)

    def test_lead_nowhere_from_paid(self):
        assert not MOVES[PurchaseState.PAID]
