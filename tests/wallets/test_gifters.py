import datetime as dt

import pytest
from django.utils import timezone

from tests.factories.gifts import NOW, gift_from
from tests.factories.people import CreatorFactory, UserFactory
from wallets.levels import THRESHOLDS, level_of
from wallets.models import Gifter, GifterCount
from wallets.operations.gifters import SETTLED_AFTER, count_gifters
from wallets.operations.undo import undo_gift
from wallets.queries.gifts import recent_gifts

MINUTE = dt.timedelta(minutes=1)


class TestLevelOf:
    @pytest.mark.parametrize(
        ("coins", "level"), [(0, 0), (1, 1), (99, 1), (100, 2), (999_999, 9), (1_000_000, 10), (10**12, 10)]
    )
    def test_is_the_last_threshold_that_was_reached(self, coins, level):
        assert level_of(coins) == level

    def test_rises_with_each_threshold(self):
        assert list(THRESHOLDS) == sorted(set(THRESHOLDS))


@pytest.mark.django_db
class TestCountGifters:
    @pytest.fixture
    def viewer(self):
        return UserFactory()

    def counted(self) -> dict:
        return dict(Gifter.objects.values_list("viewer_id", "coins"))

    def test_adds_up_what_each_viewer_sent(self, viewer):
        creator, other = CreatorFactory(), UserFactory()
        gift_from(viewer, creator, "kite")
        gift_from(viewer, CreatorFactory(), "lantern")
        gift_from(other, creator, "clover")
        assert count_gifters(at=timezone.now() + 2 * MINUTE) == 2
        assert self.counted() == {viewer.pk: 148, other.pk: 1}

    def test_takes_each_gift_in_once(self, viewer):
        gift_from(viewer, CreatorFactory(), "kite")
        now = timezone.now()
        for later in (2, 2, 1, 3):
            count_gifters(at=now + later * MINUTE)
        assert GifterCount.objects.get().until == now + 3 * MINUTE - SETTLED_AFTER
        assert self.counted() == {viewer.pk: 49}

    def test_waits_until_a_gift_can_not_be_undone(self, viewer):
        gift = gift_from(viewer, CreatorFactory(), "kite")
        assert count_gifters(at=timezone.now()) == 0
        undo_gift(viewer=viewer, gift_id=gift.pk, at=NOW)
        count_gifters(at=timezone.now() + 2 * MINUTE)
        assert self.counted() == {}

    def test_goes_on_where_it_ended(self, viewer):
        assert count_gifters(at=timezone.now()) == 0
        gift_from(viewer, CreatorFactory(), "kite")
        count_gifters(at=timezone.now() + 2 * MINUTE)
        assert self.counted() == {viewer.pk: 49}

    def test_gives_names_in_lists_their_level(self, viewer, django_assert_num_queries):
        creator = CreatorFactory()
        gift_from(viewer, creator, "lantern")
        gift_from(viewer, creator, "clover", anonymous=True)
        gift_from(UserFactory(), creator, "clover")
        count_gifters(at=timezone.now() + 2 * MINUTE)
        with django_assert_num_queries(1):
            gifts = recent_gifts(creator.pk)
        assert [gift.level for gift in gifts] == [1, 0, 2]
        assert [gift.sender == "Anonymous" for gift in gifts] == [False, True, False]
