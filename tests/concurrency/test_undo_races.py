"""A gift is undone once, and never after its diamonds were released."""

import datetime as dt
import threading

import pytest

from ledger import queries
from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_PENDING, VIEWER_COINS
from ledger.operations import AlreadyReversed, InsufficientFunds, reverse
from tests.concurrency.threads import PATIENCE, race
from tests.factories.gifts import NOW, gift_from
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import GiftReversal
from wallets.operations import clearing, undo
from wallets.operations.clearing import release_cleared
from wallets.operations.undo import DiamondsGone, Undone, undo_gift

pytestmark = pytest.mark.django_db(transaction=True)
CLEAR = NOW + dt.timedelta(days=30)


@pytest.fixture
def gift():
    return gift_from(UserFactory(), CreatorFactory(), "kite")


def _undo(gift) -> Undone:
    return undo_gift(viewer=gift.viewer, gift_id=gift.pk, at=NOW)


class TestUndoneEightTimesAtOnce:
    def test_gives_back_once(self, gift):
        undone = race(lambda _: _undo(gift), 8)
        assert sorted(one.replayed for one in undone) == [False] + [True] * 7
        assert {one.reversal.pk for one in undone} == {GiftReversal.objects.get().pk}
        assert queries.balance(VIEWER_COINS.of(gift.viewer_id)) == 49

    def test_would_trip_without_the_lock(self, gift, monkeypatch):
        """The control: all look, see no undo, and go on; the books take one and refuse the others."""
        monkeypatch.setattr(undo, "lock", lambda accounts: None)
        looked, post_mirror = threading.Barrier(4), undo.reverse

        def look_then_reverse(**facts):
            looked.wait(PATIENCE)
            return post_mirror(**facts | {"key": f"{facts['key']}:{threading.get_ident()}"})

        monkeypatch.setattr(undo, "reverse", look_then_reverse)
        results = race(lambda _: _undo(gift), 4)
        assert sorted(type(one).__name__ for one in results) == ["TakenBackOtherwise"] * 3 + ["Undone"]


class TestUndoAgainstRelease:
    def test_lets_one_of_them_have_the_diamonds(self, gift):
        """Eight creators, so that both orders are met."""
        gifts = [gift, *(gift_from(UserFactory(), CreatorFactory(), "kite") for _ in range(7))]

        def undo_or_release(number: int):
            one = gifts[number // 2]
            return _undo(one) if number % 2 else release_cleared(creator_id=one.creator_id, at=CLEAR)

        results = race(undo_or_release, 16)
        for place, one in enumerate(gifts):
            released, undone = results[2 * place], results[2 * place + 1]
            assert {released: Undone, 49_00: DiamondsGone}[released] is type(undone) if released else True
            accounts = [
                CREATOR_DIAMONDS_PENDING.of(one.creator_id),
                CREATOR_DIAMONDS_AVAILABLE.of(one.creator_id),
            ]
            gone = isinstance(undone, Undone)
            assert sum(queries.balances(accounts).values()) == (0 if gone else 49_00)
            assert queries.balance(VIEWER_COINS.of(one.viewer_id)) == (49 if gone else 0)

    def test_would_trip_without_the_lock(self, gift, monkeypatch):
        """The control: what the release has read is old when it posts, and the books refuse it."""
        read, undone = threading.Barrier(2), threading.Barrier(2)
        by_day = clearing.by_day

        def read_and_dawdle(*args, **kwargs):
            days = by_day(*args, **kwargs)
            read.wait(PATIENCE)
            undone.wait(PATIENCE)
            return days

        monkeypatch.setattr(clearing, "by_day", read_and_dawdle)
        monkeypatch.setattr(clearing, "lock", lambda accounts: None)

        def undo_or_release(number: int):
            if number == 0:
                return release_cleared(creator_id=gift.creator_id, at=CLEAR)
            read.wait(PATIENCE)
            _undo(gift)
            return undone.wait(PATIENCE)

        assert isinstance(race(undo_or_release, 2)[0], InsufficientFunds)


def test_the_books_themselves_reverse_an_entry_once(gift):
    reverse(entry_id=gift.pk, key="a", reason="", at=NOW)
    with pytest.raises(AlreadyReversed):
        reverse(entry_id=gift.pk, key="b", reason="", at=NOW)
    assert not GiftReversal.objects.exists()
