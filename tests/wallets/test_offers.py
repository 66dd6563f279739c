from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.units import format_amount, to_decimal
from tests.factories.people import UserFactory
from tests.factories.promotions import promoted
from tests.factories.purchases import NOW, package
from wallets.models import Promotion
from wallets.operations.purchases import (
    AmountOutsideLimits,
    KeyReused,
    OfferChanged,
    record_purchase,
)
from wallets.policy.reckoning import payout_of_coin
from wallets.queries.offers import amount_limits, amount_offer, offers_for

pytestmark = pytest.mark.django_db
COUNTRIES = {"DE": "EUR", "US": "USD", "GB": "GBP", "JP": "JPY", "BR": "BRL"}
LIGHT = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def lists(db):
    return {country: offers_for(UserFactory(country=country), NOW) for country in COUNTRIES}


class TestAmountOffer:
    @LIGHT
    @given(country=st.sampled_from(sorted(COUNTRIES)), coins=st.integers(70, 40_000))
    def test_costs_the_rate_of_the_package_below_by_a_second_way_of_reckoning(self, lists, country, coins):
        """In decimals of the currency rather than in its smallest parts: yen have none, euros have two."""
        offers = lists[country]
        found = amount_offer(offers, coins)
        below = max(
            (each.package for each in offers if each.package.coins <= coins), key=lambda each: each.coins
        )
        exact = to_decimal(below.price, below.currency) * coins / below.coins
        step = Decimal(1) if country == "JP" else Decimal("0.01")
        price = exact.quantize(step, ROUND_CEILING)
        above = [to_decimal(each.price, each.currency) for each in offers if each.package.coins > coins]
        price = min([price, *above[:1]])
        assert to_decimal(found.price, found.currency) == price
        shown = format_amount(found.price, found.currency)
        assert Decimal("".join(sign for sign in shown if sign in "0123456789.")) == price
        assert ("." in shown) == (country != "JP")

    @LIGHT
    @given(country=st.sampled_from(sorted(COUNTRIES)), coins=st.integers(70, 39_999))
    def test_never_costs_less_for_more_nor_less_than_it_pays_out(self, lists, country, coins):
        fewer, more = (amount_offer(lists[country], number) for number in (coins, coins + 1))
        assert fewer.price <= more.price
        cost = to_decimal(fewer.price, fewer.currency)
        assert cost >= payout_of_coin(fewer.currency, NOW) * coins

    @LIGHT
    @given(
        country=st.sampled_from(sorted(COUNTRIES)),
        percent=st.integers(1, 90),
        coins=st.sampled_from([70, 700]),
    )
    def test_takes_off_at_least_what_was_promised(self, lists, country, percent, coins):
        """By decimals again: never a whole smallest part more than promised, either."""
        sold = next(each.package for each in lists[country] if each.package.coins == coins)
        price = Promotion(percent_off=percent).price_of(sold)
        exact = to_decimal(sold.price, sold.currency) * (100 - percent) / 100
        below = exact - to_decimal(price, sold.currency)
        assert 0 <= below < to_decimal(1, sold.currency)

    def test_is_never_dearer_than_the_next_package(self, lists):
        assert amount_offer(lists["DE"], 349).price == 420  # 349 × 0.85 / 70 would be 4.24

    def test_is_the_package_of_that_size_with_its_promotion(self, viewer):
        promoted(bonus_coins=70)
        assert amount_offer(offers_for(viewer, NOW), 700).coins == 770
        assert amount_offer(offers_for(viewer, NOW), 701).coins == 701

    @pytest.mark.parametrize("coins", [-1, 0, 69, 40_001, 10**30])
    def test_stays_within_the_limits(self, lists, coins):
        assert amount_limits(lists["DE"]) == (70, 40_000)
        assert amount_offer(lists["DE"], coins) is None

    def test_is_nothing_where_nothing_is_sold(self):
        assert (amount_limits([]), amount_offer([], 100)) == ((0, 0), None)


class TestRecordPurchaseOfAnAmount:
    def buy(self, viewer, coins, key="k", **facts):
        return record_purchase(viewer=viewer, coins=coins, key=key, at=NOW, **facts)

    def test_snapshots_what_was_typed(self, viewer):
        purchase = self.buy(viewer, 1000)
        assert (purchase.coins, purchase.price, purchase.currency) == (1000, 1200, "EUR")
        assert purchase.package == package(coins=700)

    @pytest.mark.parametrize("coins", [69, 40_001])
    def test_refuses_what_is_outside_the_limits(self, viewer, nothing_moves, coins):
        with pytest.raises(AmountOutsideLimits, match="between 70 and 40,000"):
            self.buy(viewer, coins)

    def test_refuses_another_price_than_was_shown(self, viewer, nothing_moves):
        with pytest.raises(OfferChanged):
            self.buy(viewer, 1000, shown=(1000, 1199))
        assert self.buy(viewer, 1000, shown=(1000, 1200)).price == 1200

    def test_is_one_by_its_key(self, viewer):
        assert self.buy(viewer, 1000) == self.buy(viewer, 1000)
        with pytest.raises(KeyReused):
            self.buy(viewer, 1001)
        with pytest.raises(KeyReused):
            record_purchase(viewer=viewer, package_id=package(coins=700).pk, key="k", at=NOW)

    def test_wants_one_of_the_two(self, viewer):
        with pytest.raises(TypeError):
            record_purchase(viewer=viewer, key="k", at=NOW)


class TestOffersFor:
    def test_ask_the_database_the_same_however_many_promotions_there_are(
        self, viewer, django_assert_num_queries
    ):
        for number in range(1, 5):
            promoted(name=f"No. {number}", percent_off=number, package_coins=None)
            promoted(name=f"First {number}", bonus_coins=1, package_coins=None, first_purchase_only=True)
            # packages, promotions, whether it is a first purchase, and prices and promotions of the past
            with django_assert_num_queries(5):
                offers_for(viewer, NOW)

    def test_choose_the_best_and_never_add_up(self, viewer):
        promoted(name="Ten", percent_off=10)
        promoted(name="Twenty", percent_off=20)
        promoted(name="Seventy", bonus_coins=70)
        offer = next(each for each in offers_for(viewer, NOW) if each.package.coins == 700)
        assert (offer.promotion.name, offer.price, offer.coins) == ("Twenty", 672, 700)
