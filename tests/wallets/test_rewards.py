import uuid

import pytest

from ledger.chart import COIN_FLOAT, MARKETING_EXPENSE, REWARD_COINS_FUNDED, VIEWER_COINS
from ledger.queries import balance
from tests.factories.challenges import DAY, MINUTE, PUBLISHER, SETTLED, campaign, claimed, joined
from tests.factories.gifts import NOW, gift_from
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from wallets.challenge_states import ClaimState
from wallets.models import Claim, Gift, GiftReversal
from wallets.operations.campaigns import cancel
from wallets.operations.challenges import NotJoined, NotOpen
from wallets.operations.rewards import CountsSoon, NotReached, RewardsGone, UnableToDecide, approve, reject
from wallets.operations.undo import undo_gift, undo_streak

pytestmark = pytest.mark.django_db


def held(viewer) -> int:
    return balance(VIEWER_COINS.of(viewer.pk))


@pytest.fixture
def done(viewer):
    """A viewer who has done what is asked for, once."""

    def do(quantity: int = 1, **facts):
        found = campaign(**facts)
        joined(viewer, found)
        gift_from(viewer, CreatorFactory(), quantity=quantity)
        return found

    return do


class TestClaim:
    def test_pays_from_the_budget_and_books_the_cost(self, viewer, done):
        found = done()
        made = claimed(viewer, found)
        assert (made.state, made.number, made.coins) == (ClaimState.APPROVED, 1, 3)
        assert (held(viewer), balance(REWARD_COINS_FUNDED.platform())) == (3, 297)
        assert made.expires_at == SETTLED + 30 * DAY
        assert made.cost == 2  # 3 coins pay out 1.5 US cents
        assert balance(COIN_FLOAT.platform("USD")) == -balance(MARKETING_EXPENSE.platform("USD")) == 2

    def test_happens_once_a_key(self, viewer, done):
        found = done(2, times=2)
        assert claimed(viewer, found) == claimed(viewer, found)
        assert held(viewer) == 3

    def test_is_possible_as_often_as_the_campaign_says(self, viewer, done):
        found = done(9, times=2)
        assert [claimed(viewer, found, key=key).number for key in "ab"] == [1, 2]
        with pytest.raises(NotReached, match="all that this challenge gives"):
            claimed(viewer, found, key="c")
        assert held(viewer) == 6

    def test_says_what_is_left_to_do(self, viewer):
        found = campaign(target=50)
        joined(viewer, found)
        with pytest.raises(NotReached, match="0 of 50: 50 to go"):
            claimed(viewer, found)
        assert (held(viewer), balance(REWARD_COINS_FUNDED.platform())) == (0, 300)

    def test_needs_a_joining(self, done):
        with pytest.raises(NotJoined):
            claimed(UserFactory(), done())

    def test_is_possible_for_some_days_after_the_end(self, viewer, done):
        found = done()
        with pytest.raises(NotOpen):
            claimed(viewer, found, at=NOW + 17 * DAY)
        assert claimed(viewer, found, at=NOW + 16 * DAY)

    def test_stops_with_a_cancellation(self, viewer, done):
        found = done()
        cancel(actor=PUBLISHER, campaign_id=found.pk, at=NOW)
        with pytest.raises(NotOpen, match="cancelled"):
            claimed(viewer, found)
        assert held(viewer) == 0

    def test_stops_with_the_last_reward(self, viewer, done):
        found = done(budget=5)
        other = UserFactory()
        joined(other, found)
        gift_from(other, CreatorFactory())
        claimed(other, found)
        with pytest.raises(RewardsGone):
            claimed(viewer, found)
        assert (held(viewer), balance(REWARD_COINS_FUNDED.platform())) == (0, 2)

    def test_waits_for_staff_where_the_campaign_says_so(self, viewer, done):
        found = done(reviewed=True, budget=3)
        made = claimed(viewer, found)
        assert (made.state, held(viewer)) == (ClaimState.WAITING, 0)
        found.refresh_from_db()
        assert found.rewards_left == 0
        assert made.evidence["progress"] == 5
        assert any("All its gifts went to one creator" in each for each in made.evidence["signals"])


class TestAGiftThatCanStillBeUndone:
    SECONDS = MINUTE / 60
    UNTIL = NOW + 30 * SECONDS

    @pytest.mark.parametrize(("kind", "target"), [("spend", 25), ("gifts", 5), ("creators", 1)])
    def test_earns_nothing_before(self, viewer, done, kind, target):
        found = done(5, kind=kind, target=target, gift_slug="spark-tap", reward=1)
        with pytest.raises(CountsSoon, match="in half a minute"):
            claimed(viewer, found, at=self.UNTIL)
        found.refresh_from_db()
        assert (found.committed, held(viewer), balance(REWARD_COINS_FUNDED.platform())) == (0, 0, 300)
        claimed(viewer, found, at=self.UNTIL + self.SECONDS)
        assert held(viewer) == 1

    @pytest.mark.parametrize("taps", [1, 3])
    def test_leaves_no_reward_behind_when_it_is_undone(self, viewer, taps):
        found, creator, streak = campaign(target=5 * taps), CreatorFactory(), uuid.uuid4()
        joined(viewer, found)
        for _ in range(taps):
            gift_from(viewer, creator, streak_id=streak)
        with pytest.raises(CountsSoon):
            claimed(viewer, found, at=NOW + 20 * self.SECONDS)
        undo_streak(viewer=viewer, streak_id=streak, at=self.UNTIL)
        with pytest.raises(NotReached):
            claimed(viewer, found)
        assert held(viewer) == 5 * taps

    def test_does_not_hold_up_what_was_reached_before(self, viewer, done):
        found = done(times=2)
        gift_from(viewer, CreatorFactory(), at=SETTLED)
        assert claimed(viewer, found).number == 1
        with pytest.raises(CountsSoon):
            claimed(viewer, found, key="b")
        assert held(viewer) == 3

    def test_is_no_ground_to_approve_a_claim(self, viewer, done):
        waiting = claimed(viewer, done(reviewed=True))
        gift = Gift.objects.get(viewer=viewer)
        GiftReversal.objects.create(
            id=uuid.uuid4(), gift=gift, creator=gift.creator, cause="dispute", coins=5, diamonds=0, at=SETTLED
        )
        gift_from(viewer, CreatorFactory(), at=SETTLED)
        with pytest.raises(UnableToDecide, match="in half a minute"):
            approve(claim_id=waiting.pk, actor=StaffFactory(is_superuser=True), at=SETTLED)
        assert held(viewer) == 0
        approve(claim_id=waiting.pk, actor=StaffFactory(is_superuser=True), at=SETTLED + MINUTE)
        assert held(viewer) == 3


class TestApprove:
    @pytest.fixture
    def waiting(self, viewer, done):
        return claimed(viewer, done(reviewed=True))

    def test_pays_once(self, viewer, waiting):
        staff = StaffFactory(is_superuser=True)
        for _ in range(2):
            made = approve(claim_id=waiting.pk, actor=staff, at=NOW + DAY)
        assert (made.state, made.decided_by, held(viewer)) == (ClaimState.APPROVED, staff, 3)
        assert made.expires_at == NOW + 31 * DAY

    def test_is_for_those_who_may_review(self, viewer, waiting):
        for decide in (approve, lambda **facts: reject(reason="x", **facts)):
            with pytest.raises(UnableToDecide, match="You may not decide"):
                decide(claim_id=waiting.pk, actor=StaffFactory(), at=SETTLED)
        waiting.refresh_from_db()
        assert (waiting.state, held(viewer)) == (ClaimState.WAITING, 0)

    def test_is_never_for_ones_own_claim(self, viewer, waiting):
        viewer.is_superuser = True
        for decide in (approve, lambda **facts: reject(reason="x", **facts)):
            with pytest.raises(UnableToDecide, match="your own claim"):
                decide(claim_id=waiting.pk, actor=viewer, at=NOW)
        assert held(viewer) == 0

    def test_looks_again_at_what_it_was_claimed_for(self, viewer, waiting):

        gift = Gift.objects.get(viewer=viewer)
        undo_gift(viewer=viewer, gift_id=gift.pk, at=NOW)
        with pytest.raises(UnableToDecide, match="0 of 5"):
            approve(claim_id=waiting.pk, actor=StaffFactory(is_superuser=True), at=NOW)
        assert held(viewer) == 5

    def test_can_follow_a_cancellation(self, viewer, waiting):
        cancel(actor=PUBLISHER, campaign_id=waiting.joining.campaign_id, at=NOW)
        approve(claim_id=waiting.pk, actor=StaffFactory(is_superuser=True), at=SETTLED)
        assert (held(viewer), balance(REWARD_COINS_FUNDED.platform())) == (3, 0)


class TestReject:
    def test_gives_the_coins_back_to_the_campaign(self, viewer, done):
        found = done(reviewed=True)
        waiting = claimed(viewer, found)
        for _ in range(2):
            made = reject(
                claim_id=waiting.pk, actor=StaffFactory(is_superuser=True), reason="Two accounts.", at=NOW
            )
        found.refresh_from_db()
        assert (made.state, made.reason, found.committed) == (ClaimState.REJECTED, "Two accounts.", 0)
        assert (held(viewer), balance(REWARD_COINS_FUNDED.platform())) == (0, 300)

    def test_says_why_and_is_done_once(self, viewer, done):
        waiting = claimed(viewer, done(reviewed=True))
        with pytest.raises(UnableToDecide, match="Say why"):
            reject(claim_id=waiting.pk, actor=StaffFactory(is_superuser=True), reason=" ", at=NOW)
        approve(claim_id=waiting.pk, actor=StaffFactory(is_superuser=True), at=SETTLED)
        with pytest.raises(UnableToDecide, match="decided already"):
            reject(claim_id=waiting.pk, actor=StaffFactory(is_superuser=True), reason="No.", at=NOW)
        assert Claim.objects.get().state == ClaimState.APPROVED
