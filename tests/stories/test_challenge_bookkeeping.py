"""Does what docs/bookkeeping.md tells of challenges, and compares what was posted with its tables."""

import pytest

from ledger.queries import audit, entry_of, postings_of
from tests.factories.challenges import DAY, campaign, claimed, joined
from tests.factories.gifts import NOW, gift_from, gift_type
from tests.factories.people import CreatorFactory, UserFactory
from tests.stories.test_bookkeeping import tables
from wallets.operations.campaigns import FUND_KIND, RELEASE_KIND, end
from wallets.operations.gifts import send_gift
from wallets.operations.reward_expiry import COST_KIND, expire


@pytest.mark.django_db
def test_the_story_of_a_challenge():
    ada, lumi = UserFactory(), CreatorFactory()
    found = campaign(target=1000, reward=100, budget=5000, reward_days=30)
    assert [postings_of(entry_of(f"{FUND_KIND}:{found.pk}:5000"))] == tables("R1")

    joined(ada, found)
    gift_from(ada, lumi, quantity=200)
    reward = claimed(ada, found)
    assert [postings_of(reward.entry_id)] == tables("R2")

    send_gift(viewer=ada, creator=lumi, gift_type=gift_type(), quantity=8, key="gift", at=NOW + DAY)
    reward = expire(claim_id=reward.pk, at=reward.expires_at)
    cost = entry_of(f"{COST_KIND}:{reward.pk}")
    assert [postings_of(reward.expiry_entry_id), postings_of(cost)] == tables("R3")

    end(campaign_id=found.pk, at=NOW + 17 * DAY)
    assert [postings_of(entry_of(f"{RELEASE_KIND}:{found.pk}"))] == tables("R4")
    assert audit() == []
