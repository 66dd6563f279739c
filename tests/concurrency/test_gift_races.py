import datetime as dt
import threading

import pytest
from django.db import OperationalError, connection
from django.db.transaction import atomic

from ledger import queries
from ledger.chart import (
    COINS_REDEEMED,
    CREATOR_DIAMONDS_AVAILABLE,
    CREATOR_DIAMONDS_PENDING,
    DIAMONDS_ISSUED,
    VIEWER_COINS,
)
from ledger.operations import InsufficientFunds, Transfer, post, reverse
from tests.concurrency.threads import PATIENCE, race
from tests.factories.gifts import NOW, gift_from, gift_type, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Gift, ViewerSettings
from wallets.operations import clearing, gift_posting
from wallets.operations.clearing import release_cleared
from wallets.operations.gifts import Sent, ledger_key, send_gift
from wallets.operations.refusals import InsufficientCoins

pytestmark = pytest.mark.django_db(transaction=True)


class Apart:
    """Posts each gift by itself."""

    def ask(self, item, *, apart):
        return gift_posting.post_gifts([item])[0]


@pytest.fixture(params=["one process", "a process each"], autouse=True)
def processes(request, monkeypatch):
    """The threads of one process post their gifts together; those of several meet in the database alone."""
    if request.param == "a process each":
        monkeypatch.setattr(gift_posting, "_together", Apart())


def _viewer(coins: int):
    viewer = UserFactory()
    give_coins(viewer, coins)
    return viewer


def _send(viewer, creator, kind, key: str):
    return send_gift(viewer=viewer, creator=creator, gift_type=kind, quantity=1, key=key, at=NOW)


def _impatiently(act, patience: str = "500ms"):
    """`act`, on a connection that gives up when it waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{patience}'")
    return act()


def _lock(accounts) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM ledger_account WHERE id = ANY(%s) FOR UPDATE",
            [[account.id for account in accounts]],
        )
        assert len(cursor.fetchall()) == len(accounts)


class TestGiftsToOneCreator:
    """Nothing in a gift's path updates a row that two viewers share."""

    @pytest.fixture
    def creator(self):
        creator = CreatorFactory()
        gift_from(UserFactory(), creator)
        return creator

    @pytest.fixture
    def shared(self, creator):
        return [
            COINS_REDEEMED.platform(),
            DIAMONDS_ISSUED.platform(),
            CREATOR_DIAMONDS_PENDING.of(creator.pk),
        ]

    def test_pass_while_the_rows_they_share_are_locked(self, creator, shared):
        viewers, kind = [_viewer(10) for _ in range(12)], gift_type()
        with atomic():
            _lock(shared)
            sent = race(
                lambda index: _impatiently(lambda: _send(viewers[index], creator, kind, "a"), "20s"), 12
            )
        assert all(isinstance(one, Sent) for one in sent), sent
        assert queries.balance(CREATOR_DIAMONDS_PENDING.of(creator.pk)) == 13 * 5_00

    def test_would_wait_if_they_took_such_a_row(self, creator, shared):
        """The control: a debit of the creator's account takes its row, and is caught."""
        pending, available = shared[2], CREATOR_DIAMONDS_AVAILABLE.of(creator.pk)
        with atomic():
            _lock(shared)
            [refused] = race(
                lambda _: _impatiently(
                    lambda: post(kind="release", key="a", at=NOW, transfers=[Transfer(pending, available, 1)])
                ),
                1,
            )
        assert isinstance(refused, OperationalError)
        assert "lock timeout" in str(refused)

    def test_of_one_viewer_wait_for_each_other(self, creator):
        """Another control: the one running account that a gift guards is its viewer's."""
        viewer, kind = _viewer(10), gift_type()
        with atomic():
            _lock([VIEWER_COINS.of(viewer.pk)])
            [refused] = race(lambda _: _impatiently(lambda: _send(viewer, creator, kind, "a")), 1)
        assert isinstance(refused, OperationalError)
        assert not Gift.objects.filter(viewer=viewer).exists()


class TestOneKeyOnSixteenThreads:
    def test_sends_one_gift(self):
        viewer, creator, kind = _viewer(100), CreatorFactory(), gift_type()
        sent = race(lambda _: _send(viewer, creator, kind, "a"), 16)
        assert sorted(one.replayed for one in sent) == [False] + [True] * 15
        assert {one.gift.pk for one in sent} == {Gift.objects.get().pk}
        assert queries.balance(VIEWER_COINS.of(viewer.pk)) == 95

    def test_would_send_more_if_it_looked_before_it_wrote(self):
        """The control: sixteen threads that find no gift yet, and then send one."""
        viewer, creator, kind = _viewer(100), CreatorFactory(), gift_type()
        looked = threading.Barrier(16)

        def look_then_send(index):
            assert queries.entry_of(ledger_key(viewer.pk, "a")) is None
            looked.wait(PATIENCE)
            return _send(viewer, creator, kind, f"a{index}")

        assert [one.replayed for one in race(look_then_send, 16)] == [False] * 16
        assert Gift.objects.count() == 16


class TestTwoGiftsForTheLastCoins:
    def test_end_with_one_winner(self):
        viewer, creator, kind = _viewer(5), CreatorFactory(), gift_type()
        results = race(lambda index: _send(viewer, creator, kind, str(index)), 2)
        assert {type(one) for one in results} == {Sent, InsufficientCoins}
        assert queries.balance(VIEWER_COINS.of(viewer.pk)) == 0
        assert Gift.objects.count() == 1

    def test_would_both_win_without_the_guard(self):
        """The control: both see enough coins; with the account's floor lifted nothing else stops them."""
        viewer, creator, kind = _viewer(5), CreatorFactory(), gift_type()
        coins, looked = VIEWER_COINS.of(viewer.pk), threading.Barrier(2)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_account SET floor = NULL WHERE id = %s", [coins.id])

        def look_then_send(index):
            assert queries.balance(coins) >= kind.coins
            looked.wait(PATIENCE)
            return _send(viewer, creator, kind, str(index))

        assert {type(one) for one in race(look_then_send, 2)} == {Sent}
        assert queries.balance(coins) == -5


class TestTwoReleasesAtOnce:
    """Both find a day's diamonds pending; the account's lock lets the second see what the first has moved."""

    CLEAR = NOW + dt.timedelta(days=30)

    @pytest.fixture
    def creator(self):
        creator = CreatorFactory()
        for days in range(3):
            gift_from(UserFactory(), creator, at=NOW + dt.timedelta(days=days))
        return creator

    def _release(self, creator):
        return release_cleared(creator_id=creator.pk, at=self.CLEAR)

    def test_move_each_day_once(self, creator):
        released = race(lambda _: self._release(creator), 4)
        assert sorted(released) == [0, 0, 0, 15_00]
        assert queries.balance(CREATOR_DIAMONDS_AVAILABLE.of(creator.pk)) == 15_00

    def test_would_trip_over_each_other_without_the_lock(self, creator, monkeypatch):
        """The control: what each then reads is old, and a reversal in between is released all the same."""
        read, undone = threading.Barrier(2), threading.Barrier(2)
        gift = Gift.objects.filter(creator=creator).order_by("sent_at").first()
        by_day = clearing.by_day

        def read_and_dawdle(*args, **kwargs):
            days = by_day(*args, **kwargs)
            read.wait(PATIENCE)
            undone.wait(PATIENCE)
            return days

        monkeypatch.setattr(clearing, "by_day", read_and_dawdle)
        monkeypatch.setattr(clearing, "lock", lambda accounts: None)

        def release_or_undo(number):
            if number == 0:
                return self._release(creator)
            read.wait(PATIENCE)
            reverse(entry_id=gift.pk, key="undo", reason="undone", at=NOW)
            return undone.wait(PATIENCE)

        refused = race(release_or_undo, 2)[0]
        assert isinstance(refused, InsufficientFunds)
        assert queries.balance(CREATOR_DIAMONDS_AVAILABLE.of(creator.pk)) == 0


class TestGiftsAgainstACap:
    """The cap is asked under the lock of the viewer's coins, so each gift counts those before it."""

    def test_pass_as_far_as_it_goes(self):
        viewer, creator, kind = _viewer(100), CreatorFactory(), gift_type()
        ViewerSettings.objects.create(viewer=viewer, daily_cap=15)
        results = race(lambda index: _send(viewer, creator, kind, str(index)), 8)
        assert sorted(type(one).__name__ for one in results) == ["CapReached"] * 5 + ["Sent"] * 3
        assert queries.balance(VIEWER_COINS.of(viewer.pk)) == 85

    def test_would_all_pass_if_it_were_asked_before(self):
        """The control: each looks, sees that nothing was given yet, and then sends."""
        viewer, creator, kind = _viewer(100), CreatorFactory(), gift_type()
        ViewerSettings.objects.create(viewer=viewer, daily_cap=5)
        coins, looked = VIEWER_COINS.of(viewer.pk), threading.Barrier(4)

        def look_then_send(index):
            with connection.cursor() as cursor:
                cursor.execute("SELECT wallets_cap_reached(%s, %s, %s)", [viewer.pk, coins.id, NOW])
                assert cursor.fetchone() == (None,)
            looked.wait(PATIENCE)
            with connection.cursor() as cursor:  # what the function would do without its own question
                cursor.execute("UPDATE wallets_viewersettings SET daily_cap = NULL")
            return _send(viewer, creator, kind, str(index))

        assert {type(one) for one in race(look_then_send, 4)} == {Sent}
