import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ledger.operations import UnableToSetRate, set_rate
from tests.factories.people import UserFactory
from tests.factories.promotions import promoted, terms
from tests.factories.purchases import NOW, event_for, package
from wallets.models import Promotion
from wallets.operations.events import handle_payment_event
from wallets.operations.packages import NOTICE, UnableToChangePrice, change_price
from wallets.operations.promotions import UnableToPromote, announce_promotion, end_promotion
from wallets.operations.purchases import record_purchase
from wallets.queries.offers import offer_of
from wallets.states import PurchaseState

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


def offer(viewer, *, coins: int = 700, at: dt.datetime = NOW):
    return offer_of(viewer, package(coins=coins).pk, at)


class TestAnnouncePromotion:
    def test_lowers_the_price_from_its_start_to_its_end(self, viewer):
        promotion = promoted(starts_at=LATER)
        assert (offer(viewer).price, offer(viewer).list_price) == (840, None)
        assert (offer(viewer, at=LATER).price, offer(viewer, at=LATER).list_price) == (672, 840)
        assert offer(viewer, at=promotion.ends_at).price == 840

    def test_adds_coins_for_the_same_price(self, viewer):
        promoted(bonus_coins=70)
        now = offer(viewer)
        assert (now.coins, now.bonus_coins, now.paid_coins, now.price) == (770, 70, 700, 840)
        assert (now.list_price, now.lowest_price, now.percent_off) == (None, None, 0)

    def test_holds_for_its_list_and_size_alone(self, viewer):
        promoted()
        assert offer(viewer, coins=350).promotion is None
        assert offer_of(UserFactory(country="US"), package("US", 700).pk, NOW).promotion is None

    def test_holds_for_every_list_and_size_where_it_names_none(self):
        promoted(region="", package_coins=None, percent_off=10)
        for country, region, price in (("US", "US", 66), ("JP", "JP", 99), ("BR", "BR", 396)):
            assert offer_of(UserFactory(country=country), package(region).pk, NOW).price == price

    def test_is_announced_once_however_often_it_is_asked(self):
        assert promoted() == promoted()
        assert Promotion.objects.count() == 1

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"percent_off": 70}, "gifts to oneself would be a profit"),
            ({"bonus_coins": 2_000}, "gifts to oneself would be a profit"),
            ({"package_coins": 71}, "no package of this size"),
        ],
    )
    def test_refuses_what_can_not_be(self, facts, words):
        with pytest.raises(UnableToPromote, match=words):
            promoted(**facts)
        assert not Promotion.objects.exists()

    def test_allows_a_coin_that_costs_just_what_it_pays_out(self):
        """70 coins of the dollar list pay out 35 cents; 52 % off 74 cents is 35.52, and so 35."""
        facts = {"region": "US", "package_coins": 70}
        assert promoted(percent_off=52, **facts)
        with pytest.raises(UnableToPromote, match="profit"):
            promoted(percent_off=53, name="More", **facts)

    def test_refuses_to_begin_in_the_past(self):
        with pytest.raises(UnableToPromote, match="past"):
            announce_promotion(promotion=terms(), at=LATER, by=None)

    def test_refuses_what_an_announced_rate_would_undercut(self):
        _announce("0.0085", days=3)
        with pytest.raises(UnableToPromote, match="profit"):
            promoted(region="US", package_coins=700)

    @pytest.mark.parametrize(
        "facts",
        [
            {"percent_off": 20, "bonus_coins": 5},
            {"percent_off": None, "bonus_coins": None},
            {"percent_off": 91},
            {"stock": 1, "taken": 2},
            {"ends_at": NOW},
        ],
    )
    def test_is_bound_by_the_database(self, facts):
        promotion = terms()
        for name, value in facts.items():
            setattr(promotion, name, value)
        promotion.announced_at = NOW
        with pytest.raises(IntegrityError), transaction.atomic():
            promotion.save(force_insert=True)

    @pytest.mark.parametrize("change", [{"percent_off": 10}, {"ends_at": None}, {"stock": 5}])
    def test_can_not_be_rewritten(self, change):
        promoted()
        with pytest.raises(DatabaseError), transaction.atomic():
            Promotion.objects.update(**change)


def _announce(value: str, *, days: int) -> None:
    moment = NOW + dt.timedelta(days=days)
    facts = {"base": "DIAMOND", "quote": "USD", "by": None, "reason": "More"}
    set_rate(value=Decimal(value), effective_at=moment, at=NOW, **facts)


class TestRates:
    def test_may_not_make_a_promotion_a_profit(self):
        """At USD 7.40 less a fifth a coin costs 0.845 cents."""
        promoted(region="US", package_coins=700)
        with pytest.raises(UnableToSetRate, match="profit"):
            _announce("0.0085", days=3)
        _announce("0.0084", days=3)

    def test_may_once_it_is_over(self):
        promoted(region="US", package_coins=700)
        _announce("0.0085", days=8)


class TestPrices:
    def test_may_not_make_a_promotion_a_profit(self):
        promoted(region="US", package_coins=70, percent_off=40, ends_at=NOW + NOTICE * 2)
        change = {"package_id": package("US").pk, "at": NOW}
        with pytest.raises(UnableToChangePrice, match="promotion"):
            change_price(price=58, effective_at=NOW + NOTICE, **change)
        assert change_price(price=58, effective_at=NOW + NOTICE * 2, **change).price == 58


class TestEndPromotion:
    def test_ends_it_early_and_keeps_what_was_announced(self, viewer):
        promotion = promoted()
        end_promotion(promotion_id=promotion.pk, ends_at=LATER, at=NOW)
        promotion.refresh_from_db()
        assert (promotion.ends_at, promotion.last_moment) == (NOW + dt.timedelta(days=7), LATER)
        assert offer(viewer, at=LATER - dt.timedelta(seconds=1)).price == 672
        assert offer(viewer, at=LATER).price == 840

    def test_leaves_what_was_begun_its_price(self, viewer):
        promotion = promoted()
        purchase = record_purchase(viewer=viewer, package_id=package(coins=700).pk, key="k", at=NOW)
        end_promotion(promotion_id=promotion.pk, ends_at=LATER, at=NOW)
        handle_payment_event(event=event_for(purchase), at=LATER)
        purchase.refresh_from_db()
        assert (purchase.state, purchase.price) == (PurchaseState.PAID, 672)

    def test_says_the_same_twice(self):
        promotion = promoted()
        for _ in range(2):
            assert end_promotion(promotion_id=promotion.pk, ends_at=LATER, at=NOW).ended_at == LATER

    @pytest.mark.parametrize("days", [-1, 7, 8])
    def test_refuses_the_past_and_what_comes_after_its_end(self, days):
        promotion = promoted()
        with pytest.raises(UnableToPromote):
            end_promotion(promotion_id=promotion.pk, ends_at=NOW + dt.timedelta(days=days), at=NOW)
        promotion.refresh_from_db()
        assert promotion.ended_at is None


class TestLowestPrice:
    """The lowest in the 30 days before a reduction, for everybody."""

    def test_is_the_lists_where_nothing_was_cheaper(self, viewer):
        promoted()
        assert (offer(viewer).lowest_price, offer(viewer).percent_off) == (840, 20)

    def test_counts_a_reduction_that_ended_within_them(self, viewer):
        start = NOW - dt.timedelta(days=20)
        promoted(name="Last", percent_off=10, starts_at=start, ends_at=start + dt.timedelta(days=1))
        promoted()
        now = offer(viewer)
        assert (now.lowest_price, now.percent_off, now.price_before) == (756, 11, 756)

    def test_claims_no_reduction_where_it_was_cheaper(self, viewer):
        start = NOW - dt.timedelta(days=20)
        promoted(name="Last", percent_off=30, starts_at=start, ends_at=start + dt.timedelta(days=1))
        promoted()
        now = offer(viewer)
        assert (now.price, now.list_price, now.lowest_price, now.percent_off) == (672, 840, 588, 0)
        assert now.price_before is None

    @pytest.mark.parametrize(
        "facts",
        [
            {"starts_at": NOW - dt.timedelta(days=40), "ends_at": NOW - dt.timedelta(days=30)},
            {"first_purchase_only": True},
            {"package_coins": 350},
            {"region": "US"},
        ],
    )
    def test_leaves_out_what_is_older_or_was_not_for_everybody(self, viewer, facts):
        told = {"starts_at": NOW - dt.timedelta(days=20), "ends_at": NOW - dt.timedelta(days=19)} | facts
        promoted(name="Last", percent_off=30, **told)
        promoted()
        assert offer(viewer).lowest_price == 840

    def test_leaves_out_what_never_began(self, viewer):
        start = NOW - dt.timedelta(days=20)
        never = promoted(name="Never", percent_off=30, starts_at=start, ends_at=start + dt.timedelta(days=5))
        before = start - dt.timedelta(days=1)
        Promotion.objects.filter(pk=never.pk).update(ended_at=before)
        promoted()
        assert offer(viewer).lowest_price == 840

    def test_counts_a_lower_list_price_that_was_in_force(self, viewer):
        raised = NOW - dt.timedelta(days=10)
        change_price(package_id=package(coins=700).pk, price=900, effective_at=raised, at=raised - NOTICE)
        promoted()
        assert (offer(viewer).list_price, offer(viewer).price) == (900, 720)
        assert (offer(viewer).lowest_price, offer(viewer).percent_off) == (840, 14)
