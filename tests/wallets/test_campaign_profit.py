"""What a published campaign was reckoned by changes only where giving to oneself stays no profit."""

from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

import pytest

from ledger.operations import UnableToSetRate, set_rate
from ledger.queries import rate_changes
from tests.factories.challenges import DAY, PUBLISHER, campaign
from tests.factories.gifts import NOW, gift_type
from tests.factories.promotions import promoted
from tests.factories.purchases import package
from wallets.models import Campaign, CoinPackage, GiftType, Promotion, Region
from wallets.operations.campaigns import ProfitableCampaign, UnableToChangeCampaign, cancel, change_end
from wallets.operations.gift_types import UnableToChangeGift, add_gift, change_gift_price, end_gift_sale
from wallets.operations.packages import UnableToChangePrice, add_package, change_price
from wallets.operations.promotions import UnableToPromote
from wallets.policy.campaigns import Running, most_given

pytestmark = pytest.mark.django_db
WITHIN, AFTER = NOW + 8 * DAY, NOW + 10 * DAY


@pytest.fixture
def close_one():
    """A campaign that gives just less back than a hundred coins cost."""
    return campaign(title="Close to the edge", target=100, reward=99, budget=1000)


@pytest.fixture
def gifts():
    return campaign(
        title="Gardens", kind="gifts", gift_slug="infinite-garden", target=1, reward=22_499, budget=50_000
    )


def rows(model) -> list:
    return list(model.objects.order_by("id").values())


class TestGifts:
    def lower(self, at=NOW):
        garden = gift_type("infinite-garden")
        return change_gift_price(gift_type_id=garden.pk, coins=1, effective_at=at, at=NOW)

    def test_are_not_made_so_cheap_that_a_reward_makes_up_for_them(self, gifts):
        before = rows(GiftType)
        with pytest.raises(UnableToChangeGift, match="The campaign “Gardens” would then pay out more"):
            self.lower()
        assert rows(GiftType) == before

    def test_may_become_cheap_once_the_campaign_is_over(self, gifts):
        assert self.lower(AFTER).coins == 1

    def test_may_become_cheap_once_the_campaign_is_cancelled(self, gifts):
        cancel(actor=PUBLISHER, campaign_id=gifts.pk, at=NOW)
        assert self.lower().coins == 1

    def test_that_come_back_count_too(self, gifts):
        garden = end_gift_sale(gift_type_id=gift_type("infinite-garden").pk, ends_at=NOW + DAY, at=NOW)
        before = rows(GiftType)
        facts = {"slug": garden.slug, "name": garden.name, "available_from": WITHIN, "at": NOW}
        with pytest.raises(UnableToChangeGift, match="Gardens"):
            add_gift(**facts, coins=1)
        assert rows(GiftType) == before
        assert add_gift(**facts, coins=garden.coins)

    def test_that_will_be_cheap_are_looked_at_when_a_campaign_is_published(self):
        self.lower(WITHIN)
        with pytest.raises(ProfitableCampaign):
            campaign(kind="gifts", gift_slug="infinite-garden", target=1, reward=22_499, budget=50_000)


class TestPromotions:
    FACTS: ClassVar = {"region": "", "package_coins": None, "percent_off": 15}

    def test_are_not_announced_where_a_reward_would_make_up_for_the_rest(self, close_one):
        with pytest.raises(UnableToPromote, match="Close to the edge"):
            promoted(**self.FACTS, starts_at=NOW)
        assert not Promotion.objects.exists()

    def test_may_come_after_the_campaign(self, close_one):
        assert promoted(**self.FACTS, starts_at=AFTER)


class TestPackages:
    def test_keep_a_price_that_no_reward_makes_up_for(self, close_one):
        cheap = package("US", 700)
        facts = {"package_id": cheap.pk, "price": cheap.price * 85 // 100, "at": NOW}
        before = rows(CoinPackage)
        with pytest.raises(UnableToChangePrice, match="Close to the edge") as refused:
            change_price(**facts, effective_at=WITHIN)
        assert (refused.value.field, rows(CoinPackage)) == ("price", before)
        assert change_price(**facts, effective_at=AFTER)

    def test_are_not_added_at_a_price_that_a_reward_makes_up_for(self, close_one):
        price = package("US", 700).price * 10 * 85 // 100
        before = rows(CoinPackage)
        with pytest.raises(UnableToChangePrice, match="Close to the edge"):
            add_package(region=Region.US, coins=7_001, price=price, available_from=NOW, at=NOW)
        assert rows(CoinPackage) == before


class TestRates:
    def announce(self, days: int):
        return set_rate(
            base="DIAMOND",
            quote="USD",
            value=Decimal("0.0056"),
            effective_at=NOW + days * DAY,
            at=NOW,
            by=None,
            reason="Announced",
        )

    @pytest.mark.parametrize("days", [0, 5, 20])
    def test_are_not_set_where_a_reward_would_make_up_for_the_cost(self, close_one, days):
        """Not for the days after it either: diamonds keep."""
        before = list(rate_changes(since=NOW))
        with pytest.raises(UnableToSetRate, match="Close to the edge"):
            self.announce(days)
        assert list(rate_changes(since=NOW)) == before

    def test_are_free_once_no_campaign_runs(self, close_one):
        cancel(actor=PUBLISHER, campaign_id=close_one.pk, at=NOW)
        assert self.announce(5)


class TestCampaignsAtOnce:
    """Coins cost at least twice what they pay out: 100 that bring 60 are no profit, and 120 would be."""

    FACTS: ClassVar = {"target": 100, "reward": 60, "budget": 10_000}

    def test_are_added_up_when_one_is_published(self):
        campaign(title="Clovers", **self.FACTS)
        with pytest.raises(ProfitableCampaign, match="Together with “Clovers”, what this earns"):
            campaign(**self.FACTS)
        assert Campaign.objects.filter(state="published").count() == 1
        assert campaign(**self.FACTS | {"reward": 20})

    def test_are_added_up_when_one_goes_on_for_longer(self):
        """A promotion alone is no profit, nor each campaign: until one reaches into it that was over."""
        first = campaign(title="First", ends_at=NOW + 5 * DAY, **self.FACTS | {"reward": 45})
        campaign(title="Second", **self.FACTS | {"reward": 45}, ends_at=AFTER + DAY)
        promoted(region="", package_coins=None, percent_off=15, starts_at=AFTER)
        before = Campaign.objects.get(pk=first.pk).ends_at
        with pytest.raises(UnableToChangeCampaign, match="“First” and “Second” at once"):
            change_end(campaign_id=first.pk, ends_at=AFTER + DAY, actor=PUBLISHER, at=NOW)
        assert Campaign.objects.get(pk=first.pk).ends_at == before

    def test_are_added_up_by_rates(self):
        for title in ("Clovers", "Roses"):
            campaign(title=title, **self.FACTS | {"reward": 45})
        before = list(rate_changes(since=NOW))
        with pytest.raises(UnableToSetRate, match="“Clovers” and “Roses” at once"):
            TestRates().announce(5)
        assert list(rate_changes(since=NOW)) == before

    def test_leave_alone_what_counts_no_coins(self):
        campaign(**self.FACTS)
        assert campaign(kind="check_ins", target=1, reward=1_000, budget=10_000)

    def test_let_rewards_count_that_are_given_again(self):
        """A hundred coins bring 60, with 40 more the next 60, and so on: at last 250 for each hundred."""
        with pytest.raises(ProfitableCampaign):
            campaign(**self.FACTS, times=100)
        assert campaign(**self.FACTS, times=2)


class TestMostGiven:
    """For each coin that is bought."""

    def together(self, *campaigns: tuple[int, int, int]) -> list[Running]:
        return [
            Running(Campaign(reward=reward, times=times), NOW, least) for least, reward, times in campaigns
        ]

    @pytest.mark.parametrize(
        ("campaigns", "most"),
        [
            ([(100, 60, 1)], Fraction(160, 100)),
            ([(100, 60, 2)], Fraction(260, 140)),
            ([(100, 100, 9)], Fraction(10)),
            ([(100, 60, 1), (100, 20, 1)], Fraction(180, 100)),
            ([(100, 60, 1), (1_000, 100, 1)], Fraction(160, 100)),
            ([(100, 20, 1), (1_000, 600, 1)], Fraction(1_600, 980)),
        ],
        ids=["once", "twice", "as much as it costs", "two", "a small one beside", "a large one beside"],
    )
    def test_is_what_the_best_of_their_targets_brings(self, campaigns, most):
        assert most_given(*self.together(*campaigns)) == most
