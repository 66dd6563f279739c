import datetime as dt
import uuid

import pytest

from tests.factories.challenges import DAY, campaign, joined
from tests.factories.gifts import NOW, gift_from
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Campaign, GiftReversal, GiftType
from wallets.operations.challenges import check_in, judge, submit
from wallets.operations.undo import undo_gift
from wallets.queries.progress import Progress, in_a_row, progress_in, progress_of

pytestmark = pytest.mark.django_db
Kind = Campaign.Kind


def value(viewer, found, at=NOW) -> int:
    return progress_in(joined(viewer, found), at).value


def undo(gift) -> None:
    undo_gift(viewer=gift.viewer, gift_id=gift.pk, at=NOW)


def take_back(gift, *, coins: int, diamonds: int) -> None:
    """The row that a dispute leaves of a part."""
    GiftReversal.objects.create(
        id=uuid.uuid4(),
        gift=gift,
        creator_id=gift.creator_id,
        cause="dispute",
        coins=coins,
        diamonds=diamonds,
        at=NOW,
    )


class TestProgress:
    def test_counts_coins_spent_on_gifts_within_the_window(self, viewer):
        found, creator = campaign(target=100), CreatorFactory()
        gift_from(viewer, creator, quantity=3, at=NOW - dt.timedelta(seconds=1))
        gift_from(viewer, creator, quantity=2)
        gift_from(viewer, CreatorFactory(), quantity=1, at=NOW + 9 * DAY)
        gift_from(viewer, creator, quantity=4, at=NOW + 10 * DAY)
        gift_from(UserFactory(), creator)
        assert value(viewer, found) == 15

    def test_counts_gifts_of_the_kind_that_is_asked_for(self, viewer):
        every = campaign(kind=Kind.GIFTS, target=10)
        kites = campaign(kind=Kind.GIFTS, target=10, gift_slug="kite")
        gift_from(viewer, CreatorFactory(), "kite", 2)
        gift_from(viewer, CreatorFactory(), quantity=3)
        assert (value(viewer, every), value(viewer, kites)) == (5, 2)

    def test_counts_each_creator_once(self, viewer):
        found, creator = campaign(kind=Kind.CREATORS, target=5), CreatorFactory()
        for _ in range(2):
            gift_from(viewer, creator)
        undo(gift_from(viewer, CreatorFactory()))
        gift_from(viewer, CreatorFactory())
        assert value(viewer, found) == 2

    @pytest.mark.parametrize(("kind", "counted"), [(Kind.SPEND, 5), (Kind.GIFTS, 1), (Kind.CREATORS, 1)])
    def test_leaves_out_what_was_undone(self, viewer, kind, counted):
        found = campaign(kind=kind, target=5)
        gift_from(viewer, CreatorFactory())
        undo(gift_from(viewer, CreatorFactory(), quantity=4))
        assert value(viewer, found) == counted

    @pytest.mark.parametrize(("coins", "diamonds"), [(10, 0), (0, 10_00), (10, 10_00), (4, 10_00)])
    def test_leaves_out_the_part_that_was_taken_back(self, viewer, coins, diamonds):
        spent, sent = campaign(target=100), campaign(kind=Kind.GIFTS, target=100)
        take_back(gift_from(viewer, CreatorFactory(), quantity=4), coins=coins, diamonds=diamonds)
        assert (value(viewer, spent), value(viewer, sent)) == (10, 2)

    def test_counts_the_largest_gift_there_is(self, viewer):
        found, creator = campaign(target=1_000), CreatorFactory()
        gift = gift_from(viewer, creator, GiftType.objects.latest("coins").slug, 999)
        take_back(gift, diamonds=gift.diamonds // 3, coins=0)
        assert value(viewer, found) == gift.coins - gift.coins // 3

    def test_counts_days_on_which_the_viewer_checked_in(self, viewer):
        found = campaign(kind=Kind.CHECK_INS, target=3)
        joined(viewer, found)
        for days in (0, 0, 2, 5):
            check_in(viewer=viewer, campaign=found, at=NOW + days * DAY)
        assert value(viewer, found) == 3

    def test_counts_submissions_that_were_accepted(self, viewer):
        creator = CreatorFactory()
        found = campaign(kind=Kind.SUBMISSIONS, target=2, judges=[creator], may_resubmit=True)
        joined(viewer, found)
        for number, accepted in enumerate([True, False, True]):
            sent = submit(viewer=viewer, campaign=found, key=str(number), text="Look", at=NOW)
            judge(creator=creator, submission_id=sent.pk, accepted=accepted, reason="So.", at=NOW)
        assert value(viewer, found) == 2

    def test_takes_the_same_queries_for_one_campaign_and_for_many(self, viewer, django_assert_num_queries):
        gift_from(viewer, CreatorFactory())
        kinds = [Kind.SPEND, Kind.GIFTS, Kind.CREATORS, Kind.CHECK_INS, Kind.ROW]
        joinings = [joined(viewer, campaign(kind=kind, target=500)) for kind in kinds]
        joinings.append(joined(viewer, campaign(kind=Kind.SUBMISSIONS, judges=[CreatorFactory()])))
        for _ in range(2):
            with django_assert_num_queries(4):
                progress_of(joinings, NOW)
            joinings += [joined(viewer, campaign(kind=kind, target=500)) for kind in kinds]


class TestReached:
    @pytest.mark.parametrize(
        ("value", "claimed", "claimable", "current", "left"),
        [
            (4, 0, 0, 4, 1),
            (5, 0, 1, 5, 0),
            (14, 1, 1, 5, 0),
            (14, 2, 0, 4, 1),
            (99, 3, 0, 5, 0),
            (3, 1, 0, 0, 5),
        ],
    )
    def test_counts_each_time_as_far_as_it_earns(self, value, claimed, claimable, current, left):
        shown = Progress(value, target=5, times=3, claimed=claimed)
        assert (shown.claimable, shown.current, shown.left) == (claimable, current, left)


class TestInARow:
    MONDAY = dt.date(2026, 3, 9)

    @pytest.mark.parametrize(
        ("days", "today", "counted"),
        [
            ([], 0, 0),
            ([0], 0, 1),
            ([0], 1, 1),
            ([0], 2, 0),
            ([0, 1, 2], 9, 3),
            ([0, 1, 3, 4], 4, 2),
            ([0, 1, 2, 3], 3, 4),
            ([0, 1, 2, 4, 5, 6, 7], 7, 7),
            ([0, 1, 2, 3, 4, 5], 20, 6),
        ],
    )
    def test_begins_again_after_a_day_left_out(self, days, today, counted):
        dates = [self.MONDAY + dt.timedelta(days=day) for day in days]
        assert in_a_row(dates, 3, self.MONDAY + dt.timedelta(days=today)) == counted
