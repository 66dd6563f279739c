"""The usual Django way: `bench.peers.usual`."""

from collections.abc import Callable

from django.db.models import Sum
from django.utils import timezone

from bench.load import ACCEPTED, REFUSED, REPLAYED, Wish
from bench.peers.models import Movement, UsualGift, Wallet
from bench.peers.usual import NotEnough
from bench.peers.usual import send as send_usually
from bench.ways import assert_equal
from bench.ways.portal import gift_type


def sender() -> Callable[[Wish], str]:
    cheapest = gift_type()

    def send(wish: Wish) -> str:
        try:
            sent = send_usually(
                viewer=wish.viewer,
                creator=wish.creator,
                gift_type=cheapest,
                quantity=1,
                key=f"gift:{wish.viewer.pk}:{wish.key}",
                at=timezone.now(),
            )
        except NotEnough:
            return REFUSED
        return REPLAYED if sent.replayed else ACCEPTED

    return send


def count() -> int:
    return UsualGift.objects.count()


def check(expected: int) -> None:
    """The row's constraint keeps it from being negative."""
    assert_equal("gifts", count(), expected)
    sums = Movement.objects.values_list("unit").annotate(Sum("amount"))
    assert_equal("sums of the units", {total for _, total in sums}, {0})
    given = dict(UsualGift.objects.values_list("creator_id").annotate(Sum("diamonds")))
    held = dict(
        Wallet.objects.filter(unit=Wallet.Unit.DIAMOND, balance__gt=0).values_list("owner", "balance")
    )
    assert_equal("creators' balances", held, given)
