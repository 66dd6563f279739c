"""django-hordak 2: `bench.peers.hordak`. Installed for the bench alone, hence imported late."""

from collections.abc import Callable

from django.db.models import Sum
from django.utils import timezone

from bench.load import ACCEPTED, REFUSED, REPLAYED, Wish
from bench.peers.models import UsualGift
from bench.peers.usual import NotEnough
from bench.ways import assert_equal
from bench.ways.portal import gift_type


def sender() -> Callable[[Wish], str]:
    from bench.peers import hordak

    cheapest, accounts = gift_type(), hordak.all_accounts()

    def send(wish: Wish) -> str:
        try:
            sent = hordak.send(
                accounts=accounts,
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
    """That each transaction sums to zero is hordak's own constraint."""
    from hordak.models import Leg

    assert_equal("gifts", count(), expected)
    given = dict(UsualGift.objects.values_list("creator__handle").annotate(Sum("diamonds")))
    legs = Leg.objects.filter(account__name__startswith="creator")
    held = dict(legs.values_list("account__name").annotate(Sum("credit")))
    assert_equal("creators' balances", held, given)
    sums = Leg.objects.values_list("currency").annotate(Sum("credit"), Sum("debit"))
    assert_equal("units out of balance", [unit for unit, credit, debit in sums if credit != debit], [])
