"""Who may have a promotion: newcomers, and as many as there is stock for."""

import datetime as dt

import pytest

from tests.factories.promotions import promoted
from tests.factories.purchases import NOW, event_for, package, paid
from wallets.audits.promotions import audit_promotions
from wallets.models import CoinPurchase, Promotion
from wallets.operations.events import handle_payment_event
from wallets.operations.purchases import OfferChanged, record_purchase
from wallets.providers import EventKind
from wallets.states import PurchaseState

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


def bought(viewer, key: str = "k", **facts) -> CoinPurchase:
    return record_purchase(viewer=viewer, package_id=package(coins=700).pk, key=key, at=NOW, **facts)


class TestFirstPurchaseOnly:
    @pytest.fixture(autouse=True)
    def welcome(self, db):
        return promoted(bonus_coins=70, first_purchase_only=True)

    def test_is_for_newcomers(self, viewer):
        assert bought(viewer).bonus_coins == 70

    def test_is_not_for_those_who_have_bought(self, viewer):
        paid(viewer)
        assert bought(viewer).bonus_coins == 0

    def test_is_given_once_while_the_first_is_undecided(self, viewer):
        assert [bought(viewer, key).bonus_coins for key in "ab"] == [70, 0]

    @pytest.mark.parametrize("ending", [EventKind.FAILED, EventKind.EXPIRED])
    def test_is_there_again_when_the_first_came_to_nothing(self, viewer, ending):
        first = bought(viewer, "a")
        handle_payment_event(event=event_for(first, ending), at=NOW)
        assert bought(viewer, "b").bonus_coins == 70


class TestStock:
    def taken(self) -> int:
        return Promotion.objects.get().taken

    def test_is_taken_by_a_purchase_once(self, viewer):
        promoted(stock=2)
        assert [bought(viewer, "same").holds_stock for _ in range(2)] == [True, True]
        assert self.taken() == 1

    def test_ends_the_offer_for_the_next(self, viewer):
        promoted(stock=1)
        assert [bought(viewer, key).price for key in "ab"] == [672, 840]
        assert self.taken() == 1

    @pytest.mark.parametrize("ending", [EventKind.FAILED, EventKind.EXPIRED])
    def test_goes_back_when_a_purchase_comes_to_nothing(self, viewer, ending):
        promoted(stock=1)
        first = bought(viewer, "a")
        for _ in range(2):
            handle_payment_event(event=event_for(first, ending), at=NOW)
        assert self.taken() == 0
        assert bought(viewer, "b").price == 672

    def test_is_taken_again_by_money_that_comes_late(self, viewer):
        promoted(stock=1)
        first = bought(viewer, "a")
        handle_payment_event(event=event_for(first, EventKind.EXPIRED), at=NOW)
        handle_payment_event(event=event_for(first), at=LATER)
        assert self.taken() == 1

    def test_is_never_oversold_by_money_that_comes_late_and_yet_keeps_the_promise(self, viewer):
        promoted(stock=1)
        first = bought(viewer, "a")
        handle_payment_event(event=event_for(first, EventKind.EXPIRED), at=NOW)
        second = bought(viewer, "b")
        handle_payment_event(event=event_for(second), at=LATER)
        handle_payment_event(event=event_for(first), at=LATER)
        first.refresh_from_db()
        assert (first.state, first.price, first.holds_stock) == (PurchaseState.PAID, 672, False)
        assert self.taken() == 1

    def test_is_untouched_by_a_refusal(self, viewer):
        promoted(stock=1)
        with pytest.raises(OfferChanged):
            bought(viewer, shown=(700, 840))
        assert self.taken() == 0
        assert not CoinPurchase.objects.exists()


class TestAuditPromotions:
    def test_finds_stock_that_nobody_holds(self):
        promotion = promoted(stock=5)
        Promotion.objects.update(taken=1)
        assert [finding.detail for finding in audit_promotions()] == [str(promotion.pk)]
        Promotion.objects.update(taken=0)

    def test_finds_a_purchase_without_its_bonus(self, viewer):
        promoted(bonus_coins=70)
        purchase = bought(viewer)
        CoinPurchase.objects.update(bonus_coins=60)
        assert [finding.detail for finding in audit_promotions()] == [str(purchase.pk)]
        CoinPurchase.objects.update(bonus_coins=70)
