import threading
from unittest import mock

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from tests.concurrency.threads import PATIENCE, race
from tests.factories.people import UserFactory
from tests.factories.promotions import promoted
from tests.factories.purchases import NOW, event_for, package, recorded
from wallets.models import CoinPurchase, Promotion
from wallets.operations import purchases
from wallets.operations.events import handle_payment_event
from wallets.operations.purchases import OfferChanged, record_purchase
from wallets.providers import EventKind
from wallets.velocity import LimitReached, assert_within_limits

pytestmark = pytest.mark.django_db(transaction=True)


def buy(viewer, key: str, coins: int = 700, **facts) -> CoinPurchase:
    chosen = package("US", coins)
    return record_purchase(viewer=viewer, package_id=chosen.pk, key=key, at=NOW, **facts)


def kinds(outcomes: list) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


class TestTwoPurchasesThatFitOnlyOnce:
    """USD 500 a day: 185.00 are paid, so one more of 185.00 fits, two don't."""

    @pytest.fixture
    def viewer(self):
        viewer = UserFactory(country="US")
        handle_payment_event(event=event_for(recorded(viewer, coins=17_500)), at=NOW)
        return viewer

    def test_end_with_one(self, viewer):
        outcomes = race(lambda number: buy(viewer, str(number), 17_500), 4)
        assert kinds(outcomes) == ["CoinPurchase", *["LimitReached"] * 3]
        assert CoinPurchase.objects.count() == 2

    def test_are_one_with_the_same_key(self, viewer):
        outcomes = race(lambda _: buy(viewer, "same", 17_500), 4)
        assert len({outcome.pk for outcome in outcomes}) == 1

    def test_would_both_be_sold_without_the_viewers_lock(self, viewer):
        """The control: both look before either writes."""
        looked = threading.Barrier(2)

        def look_and_dawdle(**facts):
            assert_within_limits(**facts)
            looked.wait(PATIENCE)

        people = get_user_model().objects
        unlocked = mock.patch.object(type(people), "select_for_update", lambda self, **_: self.all())
        with unlocked, mock.patch.object(purchases, "assert_within_limits", look_and_dawdle):
            outcomes = race(lambda number: buy(viewer, str(number), 17_500), 2)
        assert kinds(outcomes) == ["CoinPurchase"] * 2
        with pytest.raises(LimitReached):
            buy(viewer, "late", 70)


class TestTheLastOfAStock:
    STOCK, BUYERS = 2, 6

    @pytest.fixture
    def buyers(self):
        promoted(region="US", stock=self.STOCK)
        return UserFactory.create_batch(self.BUYERS, country="US")

    def race(self, buyers) -> list:
        """Each wants the promoted price or nothing; all have seen it before one is sold."""
        seen, real = threading.Barrier(self.BUYERS), purchases.take_stock

        def take_together(promotion):
            seen.wait(PATIENCE)
            return real(promotion)

        with mock.patch.object(purchases, "take_stock", take_together):
            return race(lambda number: buy(buyers[number], "k", shown=(700, 592)), self.BUYERS)

    def test_is_sold_once(self, buyers):
        outcomes = self.race(buyers)
        sold = [each for each in outcomes if isinstance(each, CoinPurchase)]
        assert (len(sold), {each.price for each in sold}) == (self.STOCK, {592})
        assert all(isinstance(each, OfferChanged) for each in outcomes if each not in sold)
        assert Promotion.objects.get().taken == self.STOCK

    def test_would_be_oversold_without_the_guard_and_the_constraint(self, buyers):
        """The control: looking at `taken` before counting it up lets everybody in."""

        def unguarded(promotion_id):
            return Promotion.objects.filter(pk=promotion_id)

        with without_constraint("promotion_never_oversold"):
            with mock.patch.object(purchases, "_with_stock_left", unguarded):
                outcomes = self.race(buyers)
            assert kinds(outcomes) == ["CoinPurchase"] * self.BUYERS
            assert Promotion.objects.get().taken == self.BUYERS
            for purchase in outcomes[self.STOCK :]:
                handle_payment_event(event=event_for(purchase, EventKind.EXPIRED), at=NOW)

    def test_is_held_by_the_constraint_alone(self, buyers):
        def unguarded(promotion_id):
            return Promotion.objects.filter(pk=promotion_id)

        with mock.patch.object(purchases, "_with_stock_left", unguarded):
            outcomes = self.race(buyers)
        assert kinds(outcomes).count("CoinPurchase") == self.STOCK
        assert Promotion.objects.get().taken == self.STOCK


class without_constraint:
    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [self.name]
            )
            (self.definition,) = cursor.fetchone()
            cursor.execute(f'ALTER TABLE wallets_promotion DROP CONSTRAINT "{self.name}"')

    def __exit__(self, *_) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE wallets_promotion ADD CONSTRAINT "{self.name}" {self.definition}')


class TestAFirstPurchase:
    def test_has_its_offer_once(self):
        promoted(region="US", bonus_coins=70, first_purchase_only=True)
        viewer = UserFactory(country="US")
        outcomes = race(lambda number: buy(viewer, str(number)), 4)
        assert sorted(outcome.bonus_coins for outcome in outcomes) == [0, 0, 0, 70]


class TestTwoEndingsOfOnePurchase:
    def test_give_its_stock_back_once(self):
        promoted(region="US", stock=3)
        purchase, _other = (buy(UserFactory(country="US"), "k") for _ in range(2))
        events = [event_for(purchase, kind) for kind in (EventKind.FAILED, EventKind.EXPIRED)] * 2
        race(lambda number: handle_payment_event(event=events[number], at=NOW), 4)
        assert Promotion.objects.get().taken == 1
