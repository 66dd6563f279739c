import datetime as dt
import uuid

import pytest

from ledger import queries
from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_PENDING, VIEWER_COINS
from ledger.operations import Transfer, freeze, post, reverse, thaw
from ledger.queries import postings_of, reversals_of
from tests.factories.gifts import NOW, gift_from
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import GiftReversal, ViewerSettings
from wallets.operations import undo as operations
from wallets.operations.gifts import send_gift
from wallets.operations.refusals import CapReached
from wallets.operations.undo import undo_gift, undo_streak
from wallets.queries.gifts import gifts_received, gifts_sent, recent_gifts, total_received
from wallets.queries.reserve import waiting_since

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
STREAK = uuid.uuid4()


@pytest.fixture
def gift():
    return gift_from(UserFactory(), CreatorFactory(), "kite")


def undo(gift, seconds: float = 30, **facts):
    return undo_gift(**{"viewer": gift.viewer, "gift_id": gift.pk, "at": NOW + seconds * SECOND} | facts)


def balances(gift) -> list[int]:
    accounts = [VIEWER_COINS.of(gift.viewer_id), CREATOR_DIAMONDS_PENDING.of(gift.creator_id)]
    return list(queries.balances(accounts).values())


class TestUndoGift:
    def test_gives_the_coins_back_and_takes_the_diamonds(self, gift):
        assert balances(gift) == [0, 49_00]
        undone = undo(gift)
        assert balances(gift) == [49, 0]
        mirrored = [(code, unit, -amount) for code, unit, amount in postings_of(gift.pk)]
        assert postings_of(undone.reversal.pk) == mirrored

    def test_points_at_the_gift_whose_coins_it_gives_back(self, gift):
        undone = undo(gift, 5)
        assert reversals_of([gift.pk]) == {gift.pk: undone.reversal.pk}
        row = GiftReversal.objects.get()
        assert (row, row.gift, row.creator, row.cause) == (undone.reversal, gift, gift.creator, "undo")
        assert (row.coins, row.diamonds, row.at) == (49, 49_00, NOW + 5 * SECOND)

    def test_counts_against_the_day_of_the_gift(self):
        late = NOW.replace(hour=23, minute=59, second=50)
        gift = gift_from(UserFactory(), CreatorFactory(), at=late)
        undo_gift(viewer=gift.viewer, gift_id=gift.pk, at=late + 20 * SECOND)
        assert waiting_since(gift.creator_id, NOW.date()) == {NOW.date(): 0}

    def test_happens_once_and_says_so_however_late(self, gift):
        first = undo(gift)
        again = undo(gift, 3600)
        assert (first.replayed, again.replayed) == (False, True)
        assert again.reversal == first.reversal
        assert balances(gift) == [49, 0]

    def test_hides_the_gift_from_all_but_its_sender(self, gift):
        kept = gift_from(gift.viewer, gift.creator)
        undo(gift)
        assert recent_gifts(gift.creator_id) == list(gifts_received(gift.creator_id)) == [kept]
        assert (total_received(gift.creator_id).gifts, total_received(gift.creator_id).total) == (1, 5_00)
        assert [each.undone for each in gifts_sent(gift.viewer_id)] == [False, True]

    def test_makes_room_in_the_viewer_s_cap(self, gift):
        ViewerSettings.objects.create(viewer=gift.viewer, daily_cap=49)
        facts = {"viewer": gift.viewer, "creator": gift.creator, "gift_type": gift.gift_type, "quantity": 1}
        undo(gift)
        send_gift(**facts, key="a", at=NOW + SECOND)
        with pytest.raises(CapReached):
            gift_from(gift.viewer, gift.creator, "clover", at=NOW + 2 * SECOND)

    def test_gives_back_into_a_frozen_wallet(self, gift):
        coins = VIEWER_COINS.of(gift.viewer_id)
        freeze([coins])
        undo(gift)
        thaw([coins])
        assert balances(gift) == [49, 0]


class TestUndoGiftRefuses:
    @pytest.fixture(autouse=True)
    def _nothing_moves(self, gift):
        before = balances(gift)
        yield
        assert balances(gift) == before
        assert not GiftReversal.objects.exists()

    def test_after_half_a_minute(self, gift):
        with pytest.raises(operations.TooLate, match="30 seconds"):
            undo(gift, 30.001)

    @pytest.mark.parametrize(
        "facts", [{"gift_id": uuid.uuid4()}, {"viewer": None}], ids=["unknown", "another's"]
    )
    def test_what_the_viewer_did_not_send(self, gift, facts):
        with pytest.raises(operations.NoSuchGift):
            undo(gift, **(facts if "gift_id" in facts else {"viewer": gift.creator}))


class TestUndoGiftLeaves:
    def test_what_a_dispute_has_taken_back(self, gift):
        dispute = reverse(entry_id=gift.pk, key="dispute", reason="", at=NOW)
        GiftReversal.objects.create(
            id=dispute.entry_id,
            gift=gift,
            creator=gift.creator,
            cause="dispute",
            coins=49,
            diamonds=0,
            at=NOW,
        )
        before = balances(gift)
        with pytest.raises(operations.TakenBackOtherwise):
            undo(gift)
        assert balances(gift) == before

    def test_what_was_reversed_without_a_word(self, gift):
        reverse(entry_id=gift.pk, key="by hand", reason="", at=NOW)
        before = balances(gift)
        with pytest.raises(operations.TakenBackOtherwise):
            undo(gift)
        assert balances(gift) == before

    def test_what_the_creator_has_used(self, gift):
        pending = CREATOR_DIAMONDS_PENDING.of(gift.creator_id)
        available = CREATOR_DIAMONDS_AVAILABLE.of(gift.creator_id)
        post(kind="release", key="a", at=NOW, transfers=[Transfer(pending, available, 1)])
        before = balances(gift)
        with pytest.raises(operations.DiamondsGone):
            undo(gift)
        assert balances(gift) == before


class TestUndoStreak:
    @pytest.fixture
    def taps(self):
        viewer, creator = UserFactory(), CreatorFactory()
        return [
            gift_from(viewer, creator, streak_id=STREAK, at=NOW + seconds * SECOND) for seconds in (0, 4, 8)
        ]

    def test_undoes_every_tap_that_is_young_enough(self, taps):
        other = gift_from(taps[0].viewer, taps[0].creator, streak_id=uuid.uuid4())
        undone = undo_streak(viewer=taps[0].viewer, streak_id=STREAK, at=NOW + 31 * SECOND)
        assert [each.gift for each in undone] == [taps[2], taps[1]]
        assert recent_gifts(taps[0].creator_id) == [other, taps[0]]
        assert balances(taps[0]) == [10, 10_00]

    def test_leaves_those_undone_one_by_one_before(self, taps):
        undo(taps[1], 10)
        undone = undo_streak(viewer=taps[0].viewer, streak_id=STREAK, at=NOW + 12 * SECOND)
        assert [each.gift for each in undone] == [taps[2], taps[0]]

    def test_is_refused_when_all_are_too_old(self, taps):
        before = balances(taps[0])
        with pytest.raises(operations.TooLate):
            undo_streak(viewer=taps[0].viewer, streak_id=STREAK, at=NOW + 60 * SECOND)
        assert balances(taps[0]) == before

    def test_knows_no_streak_of_others(self, taps):
        with pytest.raises(operations.TooLate):
            undo_streak(viewer=UserFactory(), streak_id=STREAK, at=NOW + 10 * SECOND)

    def test_reads_few_rows_however_many_were_sent_before(self, taps, django_assert_num_queries):
        viewer = taps[0].viewer
        with django_assert_num_queries(1):
            from wallets.queries.gifts import undoable_taps

            assert len(undoable_taps(viewer.pk, STREAK, NOW + 10 * SECOND)) == 3
