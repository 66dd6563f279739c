import datetime as dt
import uuid

import pytest

from tests.factories.gifts import NOW, gift_from
from tests.factories.people import CreatorFactory, UserFactory
from wallets.queries.gifts import recent_gifts
from wallets.queries.streaks import PAUSE, joined

pytestmark = pytest.mark.django_db
STREAK = uuid.uuid4()


class TestJoined:
    @pytest.fixture
    def creator(self):
        return CreatorFactory()

    @pytest.fixture
    def viewer(self):
        return UserFactory()

    @pytest.fixture
    def tap(self, viewer, creator):
        def tap_at(seconds: float, slug: str = "spark-tap", streak_id=STREAK, by=viewer, **facts):
            moment = NOW + dt.timedelta(seconds=seconds)
            return gift_from(by, creator, slug, streak_id=streak_id, at=moment, **facts)

        return tap_at

    def sizes(self, creator) -> list[int]:
        return [streak.taps for streak in joined(recent_gifts(creator.pk))]

    def test_adds_up_the_taps_of_one_run(self, tap, creator):
        for seconds in (0, 1, 2):
            last = tap(seconds, quantity=2)
        [streak] = joined(recent_gifts(creator.pk))
        assert streak.last == last
        assert (streak.taps, streak.quantity, streak.coins, streak.diamonds) == (3, 6, 30, 30_00)

    def test_begins_anew_after_a_pause(self, tap, creator):
        pause = PAUSE.total_seconds()
        for seconds in (0, pause, 2 * pause + 1):
            tap(seconds)
        assert self.sizes(creator) == [1, 2]

    def test_joins_nothing_that_differs_in_who_what_or_name(self, tap, creator):
        tap(0)
        tap(1, "clover")
        tap(2, by=UserFactory())
        tap(3, anonymous=True)
        tap(4, streak_id=uuid.uuid4())
        assert self.sizes(creator) == [1] * 5

    def test_keeps_a_run_together_when_others_tap_in_between(self, tap, creator):
        other = UserFactory()
        for seconds in range(3):
            tap(seconds)
            tap(seconds + 0.5, streak_id=uuid.UUID(int=1), by=other)
        assert self.sizes(creator) == [3, 3]

    def test_takes_gifts_of_no_streak_one_by_one(self, tap, creator):
        tap(0, streak_id=None)
        tap(1, streak_id=None)
        assert self.sizes(creator) == [1, 1]
