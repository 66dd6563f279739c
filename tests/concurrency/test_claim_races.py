"""Claims on a payment while everything else goes on. A control below each race shows that it happens."""

import datetime as dt
import threading
import time
import uuid

import pytest

from ledger.chart import COINS_ISSUED, VIEWER_COINS
from ledger.operations import Transfer, post
from ledger.queries import balance, is_frozen, platform_balances
from tests.concurrency.threads import PATIENCE, race, somebody_waits_for_us
from tests.factories.gifts import gift_type
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import NOW, dispute_event, paid, refund_event
from wallets.models import CoinRefund, ProviderEvent, Recovery
from wallets.operations import refunds
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift
from wallets.operations.refunds import UnderWay, request_refund
from wallets.operations.refusals import InsufficientCoins
from wallets.queries.provenance import whereabouts

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def purchase():
    return paid(UserFactory())


def coins_of(purchase):
    return balance(VIEWER_COINS.of(purchase.viewer_id))


class TestEightWordsAtOnce:
    def test_take_the_coins_once(self, purchase):
        words = [dispute_event(purchase) for _ in range(4)] + [refund_event(purchase) for _ in range(4)]
        kept = race(lambda number: handle_payment_event(event=words[number], at=LATER), 8)
        assert {type(each) for each in kept} == {ProviderEvent}
        assert coins_of(purchase) == 0
        assert Recovery.objects.get().coins == 70

    def test_end_as_one_after_the_other(self, purchase):
        before = platform_balances()
        words = [dispute_event(purchase), dispute_event(purchase, "won")] * 4
        kept = race(lambda number: handle_payment_event(event=words[number], at=LATER), 8)
        assert {type(each) for each in kept} == {ProviderEvent}
        assert platform_balances() == before
        assert not is_frozen(VIEWER_COINS.of(purchase.viewer_id))

    def test_would_take_them_again_without_the_lock(self, purchase):
        """The control: two take-backs that each look first both find the coins of another purchase there."""
        paid(purchase.viewer)
        looked = threading.Barrier(2)

        def careless(_number):
            unspent = whereabouts(purchase.viewer_id, purchase.entry_id).unspent
            looked.wait(timeout=10)
            if unspent == 70:
                transfer = Transfer(VIEWER_COINS.of(purchase.viewer_id), COINS_ISSUED.platform(), 70)
                post(kind="control", key=str(uuid.uuid4()), at=LATER, transfers=[transfer])

        race(careless, 2)
        assert coins_of(purchase) == 0


class TestEightRequestsAtOnce:
    def test_make_one_refund(self, purchase):
        def ask(number):
            try:
                return request_refund(
                    purchase_id=purchase.pk, viewer=purchase.viewer, key=str(number), at=LATER
                )
            except UnderWay:
                return None

        asked = race(ask, 8)
        assert sum(each is not None for each in asked) == CoinRefund.objects.count() == 1
        assert coins_of(purchase) == 0


class TestARequestWhileAGiftIsSent:
    """The gift is let go once the request has read what is unspent, and the request goes on as soon as the
    gift is through or waits for it."""

    def race(self, purchase, monkeypatch):
        quoted, over = threading.Event(), threading.Event()
        creator, kind = CreatorFactory(), gift_type("spark-tap")
        read = refunds.refund_quote

        def read_and_dawdle(asked):
            quote = read(asked)
            quoted.set()
            until = time.monotonic() + PATIENCE
            while not (over.is_set() or somebody_waits_for_us()) and time.monotonic() < until:
                over.wait(0.01)
            return quote

        def act(number):
            if number == 0:
                return request_refund(purchase_id=purchase.pk, viewer=purchase.viewer, key="k", at=LATER)
            quoted.wait(PATIENCE)
            try:
                return send_gift(
                    viewer=purchase.viewer,
                    creator=creator,
                    gift_type=kind,
                    quantity=purchase.coins // kind.coins,
                    key="g",
                    at=LATER,
                )
            finally:
                over.set()

        monkeypatch.setattr(refunds, "refund_quote", read_and_dawdle)
        return race(act, 2)

    def test_gives_back_the_coins_that_it_quoted(self, purchase, monkeypatch):
        refund, gift = self.race(purchase, monkeypatch)
        assert refund.coins == 70
        assert isinstance(gift, InsufficientCoins)
        assert Recovery.objects.get().gift is None

    def test_would_take_the_gift_back_without_the_lock(self, purchase, monkeypatch):
        """The control: the gift has the coins, and the creator pays for the refund."""
        monkeypatch.setattr(refunds, "lock", lambda accounts: None)
        refund, sent = self.race(purchase, monkeypatch)
        assert refund.coins == 70
        assert Recovery.objects.get().gift == sent.gift
