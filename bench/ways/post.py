"""The ledger's general `post` of the transfers that a gift makes, without the gift's own row."""

from collections.abc import Callable

from django.utils import timezone

from bench.load import ACCEPTED, REFUSED, REPLAYED, Wish
from bench.ways import assert_equal
from bench.ways.portal import gift_type
from ledger.chart import COINS_REDEEMED, CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED, VIEWER_COINS
from ledger.models import Entry
from ledger.operations import InsufficientFunds, Transfer, post
from ledger.rates import convert, rate
from ledger.units import COIN, DIAMOND

KIND = "bench"


def sender() -> Callable[[Wish], str]:
    coins = gift_type().coins
    diamonds = convert(coins, COIN, DIAMOND, rate(COIN, DIAMOND, timezone.now()).value)

    def send(wish: Wish) -> str:
        paid = Transfer(VIEWER_COINS.of(wish.viewer.pk), COINS_REDEEMED.platform(), coins)
        pending = CREATOR_DIAMONDS_PENDING.of(wish.creator.pk)
        earned = Transfer(DIAMONDS_ISSUED.platform(), pending, diamonds)
        key = f"gift:{wish.viewer.pk}:{wish.key}"
        try:
            posted = post(kind=KIND, key=key, at=timezone.now(), transfers=[paid, earned])
        except InsufficientFunds:
            return REFUSED
        return REPLAYED if posted.replayed else ACCEPTED

    return send


def count() -> int:
    return Entry.objects.filter(kind=KIND).count()


def check(expected: int) -> None:
    assert_equal("entries", count(), expected)
