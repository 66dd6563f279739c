"""Two wallets are locked by one entry, always in the same order, and the caps are asked under those locks."""

import threading

import pytest
from django.db import OperationalError
from django.db.transaction import atomic

from ledger import queries
from ledger.chart import VIEWER_COINS
from ledger.operations import lock
from tests.concurrency.threads import PATIENCE, race
from tests.factories.gifts import NOW, give_coins
from tests.factories.people import UserFactory
from wallets.models import ViewerSettings
from wallets.operations import tips
from wallets.operations.tips import Tipped, send_tip

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    pair = UserFactory(), UserFactory()
    for person in pair:
        give_coins(person, 10_000)
    return pair


def _tip(people, number: int, coins: int = 100):
    sender, recipient = people if number % 2 else people[::-1]
    return send_tip(sender=sender, recipient=recipient, coins=coins, key=str(number), at=NOW)


class TestOppositeTips:
    def test_all_arrive(self, people):
        tipped = race(lambda number: _tip(people, number), 16)
        assert {type(one) for one in tipped} == {Tipped}, tipped
        assert [queries.balance(VIEWER_COINS.of(person.pk)) for person in people] == [10_000, 10_000]

    def test_would_wait_for_each_other_if_each_began_with_its_own_wallet(self, people):
        """The control: both hold their own wallet, and then want the other's."""
        held = threading.Barrier(2)

        def own_first(number: int):
            with atomic():
                lock([VIEWER_COINS.of(people[number].pk)])
                held.wait(PATIENCE)
                lock([VIEWER_COINS.of(people[1 - number].pk)])

        results = race(own_first, 2)
        [refused] = [one for one in results if one is not None]
        assert isinstance(refused, OperationalError)
        assert "deadlock" in str(refused)


class TestTipsAgainstCaps:
    def test_pass_as_far_as_the_day_allows(self, people):
        results = race(lambda number: _tip(people, 2 * number + 1, 1000), 8)
        assert sorted(type(one).__name__ for one in results) == ["Tipped"] * 5 + ["TipsOfDayReached"] * 3
        assert queries.balance(VIEWER_COINS.of(people[0].pk)) == 5_000

    def test_pass_as_far_as_the_sender_s_own_cap(self, people):
        ViewerSettings.objects.create(viewer=people[0], daily_cap=250)
        results = race(lambda number: _tip(people, 2 * number + 1), 6)
        assert sorted(type(one).__name__ for one in results) == ["CapReached"] * 4 + ["Tipped"] * 2

    def test_would_all_pass_if_each_asked_before_it_took_the_locks(self, people, monkeypatch):
        """The control: each sees a day without tips."""
        asked, refuse = threading.Barrier(8), tips._refuse
        monkeypatch.setattr(tips, "_refuse", lambda *facts: None)

        def ask_first(number: int):
            refuse(people[0], people[1], NOW)
            asked.wait(PATIENCE)
            return send_tip(sender=people[0], recipient=people[1], coins=1000, key=str(number), at=NOW)

        assert {type(one) for one in race(ask_first, 8)} == {Tipped}
        assert queries.balance(VIEWER_COINS.of(people[0].pk)) == 2_000
