import datetime as dt

import pytest
from django.core import mail as mails

from ledger.chart import COIN_FLOAT, MARKETING_EXPENSE, VIEWER_COINS
from ledger.operations import freeze, thaw
from ledger.queries import balance
from portal.operations.mails import send_waiting
from tests.factories.challenges import DAY, SETTLED, campaign, claimed, joined
from tests.factories.gifts import NOW, gift_from, gift_type, give_coins
from tests.factories.notices import mails_to
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from wallets.challenge_states import CampaignState
from wallets.models import Campaign, Claim, RewardNotice
from wallets.operations import challenge_sweep
from wallets.operations.challenge_sweep import sweep_challenges
from wallets.operations.challenges import judge, submit
from wallets.operations.gifts import send_gift
from wallets.operations.reward_expiry import expire, warn
from wallets.operations.rewards import approve, reject
from wallets.queries.rewards import rewards_of

pytestmark = pytest.mark.django_db
OVER = SETTLED + 30 * DAY
REWARD = 20


def held(viewer) -> int:
    return balance(VIEWER_COINS.of(viewer.pk))


def spend(viewer, quantity: int = 1, at: dt.datetime = NOW) -> None:
    kind, creator = gift_type(), CreatorFactory()
    send_gift(viewer=viewer, creator=creator, gift_type=kind, quantity=quantity, key=str(at), at=at)


def reward(viewer, **facts) -> Claim:
    """Twenty coins, that keep for thirty days."""
    found = campaign(target=50, reward=REWARD, budget=10 * REWARD, **facts)
    joined(viewer, found)
    gift_from(viewer, CreatorFactory(), quantity=10)
    return claimed(viewer, found)


class TestExpire:
    def test_takes_back_what_is_unspent_and_its_part_of_the_cost(self, viewer):
        paid = reward(viewer)
        spend(viewer)
        give_coins(viewer, 100)
        assert balance(COIN_FLOAT.platform("USD")) == 10
        for _ in range(2):
            paid = expire(claim_id=paid.pk, at=OVER)
        assert (paid.expired, paid.expired_at, held(viewer)) == (15, OVER, 100)
        assert balance(COIN_FLOAT.platform("USD")) == -balance(MARKETING_EXPENSE.platform("USD")) == 3

    def test_leaves_alone_what_was_spent(self, viewer):
        paid = reward(viewer)
        spend(viewer, 4)
        give_coins(viewer, 7)
        assert expire(claim_id=paid.pk, at=OVER).expired == 0
        assert (held(viewer), balance(COIN_FLOAT.platform("USD"))) == (7, 10)

    def test_waits_for_the_day(self, viewer):
        paid = expire(claim_id=reward(viewer).pk, at=OVER - dt.timedelta(seconds=1))
        assert (paid.expired_at, held(viewer)) == (None, REWARD)

    def test_reaches_a_frozen_wallet(self, viewer):
        paid = reward(viewer)
        freeze([VIEWER_COINS.of(viewer.pk)])
        assert expire(claim_id=paid.pk, at=OVER).expired == REWARD
        thaw([VIEWER_COINS.of(viewer.pk)])

    def test_leaves_a_rejected_claim_alone(self, viewer):
        made = reject(
            claim_id=reward(viewer, reviewed=True).pk,
            actor=StaffFactory(is_superuser=True),
            reason="No.",
            at=NOW,
        )
        assert expire(claim_id=made.pk, at=OVER).expired_at is None


class TestRewardsOf:
    def test_follows_each_reward_through_the_wallet(self, viewer):
        paid = reward(viewer)
        spend(viewer)
        assert [(each.claim, each.unspent) for each in rewards_of(viewer)] == [(paid, 15)]
        spend(viewer, 3, at=NOW + DAY)
        assert rewards_of(viewer) == []


class TestWarn:
    def test_is_written_once(self, viewer):
        paid = reward(viewer)
        for _ in range(2):
            assert warn(claim_id=paid.pk, at=OVER - DAY).coins == REWARD
        assert RewardNotice.objects.count() == 1

    def test_tells_nothing_where_nothing_is_left(self, viewer):
        paid = reward(viewer)
        spend(viewer, 4)
        assert warn(claim_id=paid.pk, at=OVER - DAY).coins == 0
        assert mails_to(viewer) == []


class TestSweepChallenges:
    def test_warns_expires_and_ends_each_in_its_time(self, viewer):
        paid = reward(viewer)
        assert sweep_challenges(at=NOW + 16 * DAY) == 0
        assert sweep_challenges(at=NOW + 17 * DAY) == 1
        paid.joining.campaign.refresh_from_db()
        assert paid.joining.campaign.state == CampaignState.ENDED
        assert sweep_challenges(at=OVER - 7 * DAY) == 1
        assert sweep_challenges(at=OVER - DAY) == 0
        assert sweep_challenges(at=OVER) == 1
        assert held(viewer) == 0
        assert sweep_challenges(at=OVER) == 0
        assert list(RewardNotice.objects.order_by("at").values_list("kind", flat=True)) == [
            "expiring",
            "expired",
        ]

    def test_says_nothing_ahead_of_coins_that_keep_for_a_week(self, viewer):
        reward(viewer, reward_days=7)
        assert sweep_challenges(at=NOW + DAY) == 0

    def test_goes_on_after_one_that_fails(self, viewer, monkeypatch):
        odd, good = reward(viewer), reward(UserFactory())

        def fails_once(*, claim_id, at):
            if claim_id == odd.pk:
                raise RuntimeError("odd")
            return expire(claim_id=claim_id, at=at)

        monkeypatch.setattr(challenge_sweep, "expire", fails_once)
        sweep_challenges(at=OVER)
        assert (held(viewer), held(good.joining.viewer)) == (REWARD, 0)
        monkeypatch.undo()
        sweep_challenges(at=OVER)
        assert held(viewer) == 0


class TestNotices:
    def test_tell_what_became_of_a_claim(self, viewer):
        viewer.time_zone = "Asia/Tokyo"
        viewer.save()
        approve(claim_id=reward(viewer, reviewed=True).pk, actor=StaffFactory(is_superuser=True), at=SETTLED)
        [mail] = mails_to(viewer)
        assert mail.to == [viewer.email]
        assert "your reward is here" in mail.subject
        assert "20 coins are in your wallet" in mail.body
        assert "April 9, 2026, 9:01 PM" in mail.body
        assert Campaign.objects.get().get_absolute_url() in mail.alternatives[0][0]

    def test_go_out_with_the_sites_round_once(self, viewer):
        approve(claim_id=reward(viewer, reviewed=True).pk, actor=StaffFactory(is_superuser=True), at=SETTLED)
        assert [send_waiting(at=NOW) for _ in range(2)] == [1, 0]
        assert [mail.to for mail in mails.outbox] == [[viewer.email]]

    def test_say_nothing_of_what_was_paid_at_once(self, viewer):
        reward(viewer)
        assert mails_to(viewer) == []

    def test_give_the_reason(self, viewer):
        made = reward(viewer, reviewed=True)
        reject(claim_id=made.pk, actor=StaffFactory(is_superuser=True), reason="Two <accounts>.", at=NOW)
        [mail] = mails_to(viewer)
        assert "Why: Two <accounts>." in mail.body
        assert "Two &lt;accounts&gt;." in mail.alternatives[0][0]

    @pytest.mark.parametrize(("accepted", "words"), [(True, "so it counts"), (False, "Too dark.")])
    def test_tell_what_a_judge_said(self, viewer, accepted, words):
        creator = CreatorFactory()
        found = campaign(kind="submissions", target=1, judges=[creator])
        joined(viewer, found)
        sent = submit(viewer=viewer, campaign=found, key="a", text="Look", at=NOW)
        assert mails_to(viewer) == []
        judge(creator=creator, submission_id=sent.pk, accepted=accepted, reason="Too dark.", at=NOW)
        judge(creator=creator, submission_id=sent.pk, accepted=accepted, reason="Too dark.", at=NOW)
        [mail] = mails_to(viewer)
        assert words in mail.body

    def test_tell_of_coins_that_expire(self, viewer):
        paid = reward(viewer)
        warn(claim_id=paid.pk, at=OVER - DAY)
        [mail] = mails_to(viewer)
        assert "will expire" in mail.subject
        assert "20 coins of your reward are unspent" in mail.body
        expire(claim_id=paid.pk, at=OVER)
        mail = mails_to(viewer)[-1]
        assert "went back" in mail.body
