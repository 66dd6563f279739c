"""The portal's own way, as the site calls it."""

from collections.abc import Callable

from django.db import connection
from django.db.models import Sum
from django.db.transaction import atomic
from django.utils import timezone

from bench.load import ACCEPTED, REFUSED, REPLAYED, Wish
from bench.ways import assert_equal
from ledger.chart import CREATOR_DIAMONDS_PENDING, VIEWER_COINS
from ledger.models import Account
from ledger.queries import balances, platform_balances
from wallets.models import Gift, GiftType
from wallets.operations.gifts import send_gift
from wallets.operations.refusals import InsufficientCoins


def gift_type() -> GiftType:
    """The cheapest of the catalogue."""
    return GiftType.objects.order_by("coins", "slug").first()


def sender() -> Callable[[Wish], str]:
    cheapest = gift_type()

    def send(wish: Wish) -> str:
        try:
            sent = send_gift(
                viewer=wish.viewer,
                creator=wish.creator,
                gift_type=cheapest,
                quantity=1,
                key=wish.key,
                at=timezone.now(),
            )
        except InsufficientCoins:
            return REFUSED
        return REPLAYED if sent.replayed else ACCEPTED

    return send


def count() -> int:
    return Gift.objects.count()


def check(expected: int) -> None:
    """Zero in each unit, no negative coins, the creators' balances the sums of their gifts. All of it is read
    at one moment: the fold is running."""
    with atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        assert_equal("gifts", count(), expected)
        sums: dict[str, int] = {}
        for (_, unit), amount in platform_balances().items():
            sums[unit] = sums.get(unit, 0) + amount
        assert_equal("sums of the units", set(sums.values()), {0})
        negative = Account.objects.filter(code=VIEWER_COINS.code, total__lt=0)
        assert_equal("viewers below zero", negative.count(), 0)
        gifts = Gift.objects.values_list("creator_id").annotate(Sum("diamonds"))
        given = {CREATOR_DIAMONDS_PENDING.of(creator_id): diamonds for creator_id, diamonds in gifts}
        assert_equal("creators' balances", balances(given), given)
