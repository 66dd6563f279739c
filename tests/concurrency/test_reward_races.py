import threading

import pytest
from django.db import IntegrityError, OperationalError
from django.db.models import F

from ledger.chart import REWARD_COINS_FUNDED, VIEWER_COINS
from ledger.queries import balance
from tests.concurrency.threads import PATIENCE, race
from tests.factories.challenges import campaign, claimed, joined
from tests.factories.gifts import gift_from
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Campaign, Claim
from wallets.operations import rewards
from wallets.operations.rewards import NotReached, RewardsGone

pytestmark = pytest.mark.django_db(transaction=True)
REWARDS, CLAIMS = 5, 20


def done(found, viewer=None):
    """Somebody who has reached the target."""
    viewer = viewer or UserFactory()
    joined(viewer, found)
    gift_from(viewer, CreatorFactory())
    return viewer


class TestTwentyClaimsOnABudgetOfFive:
    @pytest.fixture
    def found(self):
        return campaign(budget=3 * REWARDS)

    @pytest.fixture
    def viewers(self, found):
        return [done(found) for _ in range(CLAIMS)]

    def test_give_exactly_five(self, found, viewers):
        results = race(lambda number: claimed(viewers[number], found), CLAIMS)
        assert sorted(type(one).__name__ for one in results) == ["Claim"] * 5 + ["RewardsGone"] * 15
        assert Claim.objects.count() == REWARDS
        assert sum(balance(VIEWER_COINS.of(viewer.pk)) for viewer in viewers) == 3 * REWARDS
        assert balance(REWARD_COINS_FUNDED.platform()) == 0

    def test_would_all_go_ahead_if_each_only_looked(self, found, viewers, monkeypatch):
        """The control: all twenty see coins enough. What stops fifteen then is the constraint behind."""
        looked = threading.Barrier(CLAIMS)

        def look_then_add(campaign, *, coins):
            assert Campaign.objects.get(pk=campaign.pk).rewards_left == REWARDS
            looked.wait(PATIENCE)
            return Campaign.objects.filter(pk=campaign.pk).update(committed=F("committed") + coins)

        monkeypatch.setattr(rewards, "set_aside", look_then_add)
        results = race(lambda number: claimed(viewers[number], found), CLAIMS)
        refused = [one for one in results if isinstance(one, IntegrityError | OperationalError)]
        assert len(refused) == CLAIMS - REWARDS
        assert all("campaign_budget_holds" in str(one) for one in refused)
        assert not any(isinstance(one, RewardsGone) for one in results)


class TestOneViewerOnEightThreads:
    def test_is_paid_once(self):
        found = campaign()
        viewer = done(found)
        results = race(lambda number: claimed(viewer, found, key=str(number)), 8)
        assert [type(one) for one in results if not isinstance(one, Claim)] == [NotReached] * 7
        assert balance(VIEWER_COINS.of(viewer.pk)) == 3
