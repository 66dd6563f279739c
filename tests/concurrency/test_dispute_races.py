"""Disputes while gifts are sent and undone. A control below each race shows that it happens."""

import datetime as dt
import threading
import time

import pytest

from ledger.chart import CREATOR_DIAMONDS_PENDING, VIEWER_COINS
from ledger.queries import balance
from tests.concurrency.threads import PATIENCE, race, somebody_waits_for_us
from tests.factories.gifts import gift_from, gift_type
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import NOW, dispute_event, paid
from wallets.models import GiftReversal, Recovery
from wallets.operations import recoveries, take_back, undo
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift
from wallets.operations.refusals import InsufficientCoins, WalletFrozen
from wallets.operations.undo import UnableToUndo, undo_gift

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def purchase():
    return paid(UserFactory())


def coins_of(purchase):
    return balance(VIEWER_COINS.of(purchase.viewer_id))


def pending_of(creator):
    return balance(CREATOR_DIAMONDS_PENDING.of(creator.pk))


def let_go(begun: threading.Event, over: threading.Event) -> None:
    """Let the other act, until it is through or waits for us."""
    begun.set()
    until = time.monotonic() + PATIENCE
    while not (over.is_set() or somebody_waits_for_us()) and time.monotonic() < until:
        over.wait(0.01)


class TestADisputeWhileGiftsAreSent:
    def test_leaves_nothing_of_its_coins_to_anybody(self, purchase):
        creator, kind = CreatorFactory(), gift_type("spark-tap")

        def act(number):
            if number == 3:
                handle_payment_event(event=dispute_event(purchase), at=LATER)
                return "disputed"
            try:
                send_gift(
                    viewer=purchase.viewer,
                    creator=creator,
                    gift_type=kind,
                    quantity=2,
                    key=str(number),
                    at=LATER,
                )
            except (WalletFrozen, InsufficientCoins):
                return "refused"
            return "sent"

        assert set(race(act, 8)) <= {"sent", "refused", "disputed"}
        assert coins_of(purchase) == 0
        assert balance(CREATOR_DIAMONDS_PENDING.of(creator.pk)) == 0
        assert sum(Recovery.objects.values_list("recovered", flat=True)) == 70

    def slowly(self, purchase, monkeypatch):
        """The gift is sent as soon as the dispute has read what is unspent."""
        paid(purchase.viewer)
        begun, over, creator = threading.Event(), threading.Event(), CreatorFactory()
        read = take_back.whereabouts

        def read_and_dawdle(*args):
            found = read(*args)
            let_go(begun, over)
            return found

        def act(number):
            if number == 0:
                return handle_payment_event(event=dispute_event(purchase), at=LATER)
            begun.wait(PATIENCE)
            facts = {"gift_type": gift_type("spark-tap"), "quantity": 14, "key": "g", "at": LATER}
            try:
                return send_gift(viewer=purchase.viewer, creator=creator, **facts)
            finally:
                over.set()

        monkeypatch.setattr(take_back, "whereabouts", read_and_dawdle)
        return creator, race(act, 2)

    def test_takes_the_very_coins_that_it_saw(self, purchase, monkeypatch):
        creator, (_, gift) = self.slowly(purchase, monkeypatch)
        assert isinstance(gift, WalletFrozen)
        assert (coins_of(purchase), pending_of(creator)) == (70, 0)

    def test_would_leave_its_coins_in_a_gift_without_the_lock(self, purchase, monkeypatch):
        """The control: the gift was paid with the disputed coins, and those of another purchase are taken."""
        for module in (recoveries, take_back):
            monkeypatch.setattr(module, "lock", lambda accounts: None)
        creator, _ = self.slowly(purchase, monkeypatch)
        assert (coins_of(purchase), pending_of(creator)) == (0, 70_00)
        assert Recovery.objects.get().gift is None


class TestADisputeWhileGiftsAreUndone:
    def test_takes_what_each_undo_left(self, purchase):
        creator, kind = CreatorFactory(), gift_type("spark-tap")
        gifts = [
            send_gift(
                viewer=purchase.viewer, creator=creator, gift_type=kind, quantity=2, key=str(number), at=LATER
            ).gift
            for number in range(7)
        ]

        def act(number):
            if number == 7:
                handle_payment_event(event=dispute_event(purchase), at=LATER)
                return "disputed"
            try:
                undo_gift(viewer=purchase.viewer, gift_id=gifts[number].pk, at=LATER)
            except UnableToUndo:
                return "stays sent"
            return "undone"

        assert set(race(act, 8)) <= {"undone", "stays sent", "disputed"}
        handle_payment_event(event=dispute_event(purchase, "lost"), at=LATER)
        assert coins_of(purchase) == 0
        assert balance(CREATOR_DIAMONDS_PENDING.of(creator.pk)) == 0

    def slowly(self, purchase, monkeypatch):
        """The dispute comes as soon as the undo has seen that nothing was taken back yet."""
        begun, over, creator = threading.Event(), threading.Event(), CreatorFactory()
        gift_from(UserFactory(), creator, quantity=14, at=LATER)
        facts = {"gift_type": gift_type("spark-tap"), "quantity": 14, "key": "g", "at": LATER}
        gift = send_gift(viewer=purchase.viewer, creator=creator, **facts).gift
        reverse = undo.reverse

        def dawdle_and_reverse(**facts):
            let_go(begun, over)
            return reverse(**facts)

        def act(number):
            if number == 0:
                return undo_gift(viewer=purchase.viewer, gift_id=gift.pk, at=LATER)
            begun.wait(PATIENCE)
            try:
                return handle_payment_event(event=dispute_event(purchase), at=LATER)
            finally:
                over.set()

        monkeypatch.setattr(undo, "reverse", dawdle_and_reverse)
        race(act, 2)
        return creator

    def test_takes_the_diamonds_once(self, purchase, monkeypatch):
        creator = self.slowly(purchase, monkeypatch)
        assert (coins_of(purchase), pending_of(creator)) == (0, 70_00)
        assert GiftReversal.objects.get().cause == "undo"

    def test_would_take_them_twice_without_the_lock(self, purchase, monkeypatch):
        """The control: the creator pays for it with what another viewer gave."""
        monkeypatch.setattr(undo, "lock", lambda accounts: None)
        creator = self.slowly(purchase, monkeypatch)
        assert (coins_of(purchase), pending_of(creator)) == (70, 0)
        assert GiftReversal.objects.count() == 2
