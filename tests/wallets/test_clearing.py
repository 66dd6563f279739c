import datetime as dt

import pytest
from django.db.transaction import atomic

from ledger import queries
from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_PENDING
from ledger.operations import InsufficientFunds, reverse
from tests.factories.gifts import gift_from
from tests.factories.people import CreatorFactory, UserFactory
from wallets import tasks
from wallets.operations.clearing import release_cleared
from wallets.queries import reserve
from wallets.queries.reserve import Release, reserve_calendar

DAY = dt.date(2026, 3, 10)
EVENING = dt.datetime(2026, 3, 10, 23, 59, tzinfo=dt.UTC)
CLEAR = dt.datetime(2026, 3, 18, tzinfo=dt.UTC)
ONE_DAY = dt.timedelta(days=1)
JUST_BEFORE = CLEAR - dt.timedelta(seconds=1)


def never_paid(creator_id):
    return False


def paid_before(creator_id):
    return True


@pytest.fixture(autouse=True)
def _paid_before(settings):
    settings.FIRST_PAYOUT_DONE = f"{__name__}.paid_before"


@pytest.fixture
def creator():
    return CreatorFactory()


@pytest.fixture
def viewer():
    return UserFactory()


def pending(creator):
    return queries.balance(CREATOR_DIAMONDS_PENDING.of(creator.pk))


def available(creator):
    return queries.balance(CREATOR_DIAMONDS_AVAILABLE.of(creator.pk))


def undo(gift, at):
    return reverse(entry_id=gift.pk, key=f"undo:{gift.pk}", reason="undone", at=at)


@pytest.mark.django_db
class TestReleaseCleared:
    def test_waits_until_the_last_gift_of_a_day_was_pending_for_seven_days(self, viewer, creator):
        gift_from(viewer, creator, at=EVENING)
        assert release_cleared(creator_id=creator.pk, at=JUST_BEFORE) == 0
        assert (pending(creator), available(creator)) == (5_00, 0)
        assert release_cleared(creator_id=creator.pk, at=CLEAR) == 5_00
        assert (pending(creator), available(creator)) == (0, 5_00)

    def test_waits_for_fourteen_before_the_first_payout(self, viewer, creator, settings):
        settings.FIRST_PAYOUT_DONE = f"{__name__}.never_paid"
        gift_from(viewer, creator, at=EVENING)
        assert release_cleared(creator_id=creator.pk, at=CLEAR + 7 * ONE_DAY - dt.timedelta(seconds=1)) == 0
        assert release_cleared(creator_id=creator.pk, at=CLEAR + 7 * ONE_DAY) == 5_00

    def test_posts_one_entry_for_each_earning_day(self, viewer, creator):
        for days in (0, 0, 1, 2):
            gift_from(viewer, creator, at=EVENING + days * ONE_DAY)
        assert release_cleared(creator_id=creator.pk, at=CLEAR + ONE_DAY) == 15_00
        released = queries.by_day(CREATOR_DIAMONDS_PENDING.of(creator.pk), kinds=["release"])
        assert [(line.day, line.amount, line.entries) for line in released] == [
            (DAY, -10_00, 1),
            (DAY + ONE_DAY, -5_00, 1),
        ]

    def test_does_nothing_when_run_again(self, viewer, creator):
        gift_from(viewer, creator, at=EVENING)
        release_cleared(creator_id=creator.pk, at=CLEAR)
        assert release_cleared(creator_id=creator.pk, at=CLEAR + ONE_DAY) == 0
        assert available(creator) == 5_00

    def test_counts_an_undo_against_its_day(self, viewer, creator):
        gift_from(viewer, creator, at=EVENING)
        undo(gift_from(viewer, creator, quantity=2, at=EVENING), at=EVENING + ONE_DAY)
        assert release_cleared(creator_id=creator.pk, at=CLEAR) == 5_00

    def test_takes_a_later_reversal_from_the_days_that_follow(self, viewer, creator):
        late = gift_from(viewer, creator, at=EVENING)
        release_cleared(creator_id=creator.pk, at=CLEAR)
        for days in (1, 2):
            gift_from(viewer, creator, quantity=3, at=EVENING + days * ONE_DAY)
        undo(late, at=CLEAR)
        assert pending(creator) == 25_00
        assert release_cleared(creator_id=creator.pk, at=CLEAR + ONE_DAY) == 10_00
        assert release_cleared(creator_id=creator.pk, at=CLEAR + 2 * ONE_DAY) == 15_00
        assert (pending(creator), available(creator)) == (0, 30_00)

    def test_leaves_a_reversal_of_released_diamonds_to_the_floor(self, viewer, creator):
        gift = gift_from(viewer, creator, at=EVENING)
        release_cleared(creator_id=creator.pk, at=CLEAR)
        with pytest.raises(InsufficientFunds), atomic():
            undo(gift, at=CLEAR)

    def test_releases_what_comes_late_for_a_day_with_an_entry_more(self, viewer, creator):
        gift_from(viewer, creator, at=EVENING)
        release_cleared(creator_id=creator.pk, at=CLEAR)
        gift_from(viewer, creator, at=EVENING)
        assert release_cleared(creator_id=creator.pk, at=CLEAR) == 5_00
        assert available(creator) == 10_00

    def test_is_cheap_where_nothing_has_cleared(self, viewer, creator, django_assert_num_queries):
        gift_from(viewer, creator, at=EVENING)
        with django_assert_num_queries(2):
            release_cleared(creator_id=creator.pk, at=JUST_BEFORE)


@pytest.mark.django_db
class TestReserveCalendar:
    def test_names_each_day_s_release(self, viewer, creator):
        for days in (0, 0, 2):
            gift_from(viewer, creator, at=EVENING + days * ONE_DAY)
        assert reserve_calendar(creator.pk, EVENING + 2 * ONE_DAY) == [
            Release(dt.date(2026, 3, 18), 10_00),
            Release(dt.date(2026, 3, 20), 5_00),
        ]

    def test_agrees_with_what_is_released(self, viewer, creator):
        for days in range(5):
            gift_from(viewer, creator, quantity=days + 1, at=EVENING + days * ONE_DAY)
        for release in reserve_calendar(creator.pk, EVENING + 4 * ONE_DAY):
            start = dt.datetime.combine(release.date, dt.time(), tzinfo=dt.UTC)
            assert release_cleared(creator_id=creator.pk, at=start) == release.diamonds
        assert pending(creator) == 0

    def test_puts_what_has_cleared_under_today(self, viewer, creator):
        gift_from(viewer, creator, at=EVENING)
        at = CLEAR + 3 * ONE_DAY
        assert reserve_calendar(creator.pk, at) == [Release(at.date(), 5_00)]

    def test_takes_what_a_later_reversal_owes_from_the_first_days(self, viewer, creator):
        late = gift_from(viewer, creator, at=EVENING)
        release_cleared(creator_id=creator.pk, at=CLEAR)
        gift_from(viewer, creator, quantity=3, at=CLEAR)
        undo(late, at=CLEAR)
        assert reserve_calendar(creator.pk, CLEAR) == [Release(dt.date(2026, 3, 26), 10_00)]

    def test_is_empty_where_nothing_is_pending(self, creator):
        assert reserve_calendar(creator.pk, CLEAR) == []


@pytest.mark.django_db
class TestReleaseDiamonds:
    def test_serves_every_creator_who_holds_pending_diamonds(self, viewer, creator, settings, monkeypatch):
        other, empty = CreatorFactory(), CreatorFactory()
        for one in (creator, other):
            gift_from(viewer, one, at=EVENING)
        served = []
        monkeypatch.setattr(tasks.release_diamonds_of, "delay", served.append)
        tasks.release_diamonds()
        assert sorted(served) == sorted([str(creator.pk), str(other.pk)])
        assert str(empty.pk) not in served
        for creator_id in served:
            tasks.release_diamonds_of(creator_id)
        assert (available(creator), available(other)) == (5_00, 5_00)


@pytest.mark.django_db
class TestClearingDays:
    def test_asks_the_function_that_settings_name(self, creator, settings):
        assert reserve.clearing_days(creator.pk) == 7
        settings.FIRST_PAYOUT_DONE = f"{__name__}.never_paid"
        assert reserve.clearing_days(creator.pk) == 14
