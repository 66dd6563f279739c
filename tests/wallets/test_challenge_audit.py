import pytest
from django.db.transaction import atomic, set_rollback

from ledger.chart import COINS_ISSUED, REWARD_COINS_FUNDED, VIEWER_COINS
from ledger.operations import Transfer, post
from tests.factories.challenges import DAY, SETTLED, campaign, claimed, joined
from tests.factories.gifts import NOW, gift_from
from tests.factories.people import CreatorFactory
from wallets.audits.challenges import audit_challenges
from wallets.models import Campaign, Claim
from wallets.operations.reward_expiry import expire
from wallets.operations.rewards import REWARD_KIND

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(viewer):
    found = campaign()
    joined(viewer, found)
    gift_from(viewer, CreatorFactory())
    return claimed(viewer, found)


def findings() -> set[str]:
    return {finding.check for finding in audit_challenges()}


class TestAuditChallenges:
    """Each wrong is put right again before the books are audited at the end of the test."""

    def test_finds_nothing_where_all_is_well(self, paid):
        assert findings() == set()

    def test_finds_a_reward_of_another_size(self, paid):
        Claim.objects.filter(pk=paid.pk).update(coins=4)
        assert len(findings()) == 3
        Claim.objects.filter(pk=paid.pk).update(coins=3)

    def test_finds_a_promise_that_no_claim_holds(self, paid):
        Campaign.objects.update(committed=9)
        assert findings() == {"every campaign has promised what its claims hold"}
        Campaign.objects.update(committed=3)

    def test_finds_coins_that_no_campaign_funded(self, paid):
        rewards, issued = REWARD_COINS_FUNDED.platform(), COINS_ISSUED.platform()
        post(kind="x", key="x", at=NOW, transfers=[Transfer(issued, rewards, 1)])
        assert findings() == {"the reward coins that are left are those of the campaigns"}
        post(kind="x", key="y", at=NOW, transfers=[Transfer(rewards, issued, 1)])

    def test_finds_an_expiry_of_another_size(self, paid):
        expire(claim_id=paid.pk, at=SETTLED + 30 * DAY)
        Claim.objects.filter(pk=paid.pk).update(expired=2)
        assert findings() == {"every reward has expired as it is booked"}
        Claim.objects.filter(pk=paid.pk).update(expired=3)

    def test_finds_a_reward_that_nobody_claimed(self, viewer):
        campaign()
        transfer = Transfer(REWARD_COINS_FUNDED.platform(), VIEWER_COINS.of(viewer.pk), 3)
        with atomic():
            post(kind=REWARD_KIND, key="x", at=NOW, transfers=[transfer])
            assert "every approved claim is booked, and no other" in findings()
            set_rollback(True)
