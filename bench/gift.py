"""The portal's own way to send a gift, as the site calls it, and the books behind it."""

from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from bench.load import ACCEPTED, REFUSED, REPLAYED, Wish
from wallets.models import GiftType
from wallets.operations.gifts import InsufficientCoins, send_gift


def sender() -> Callable[[Wish], str]:
    gift_type = GiftType.objects.order_by("coins", "slug").first()

    def send(wish: Wish) -> str:
        try:
            sent = send_gift(
                viewer=wish.viewer,
                creator=wish.creator,
                gift_type=gift_type,
                quantity=1,
                key=wish.key,
                at=timezone.now(),
            )
        except InsufficientCoins:
            return REFUSED
        return REPLAYED if sent.replayed else ACCEPTED

    return send


class WrongBooks(Exception):
    """After a run the rows do not say what the clients were told."""


def count() -> int:
    return _one("SELECT count(*) FROM wallets_gift")


def check(expected: int) -> None:
    """As many gifts as the clients were told, balances that are the sums of the gifts, no negative coins, and
    zero in each unit. `audit_books` proves more, in more time: `audit`."""
    found = count()
    if found != expected:
        raise WrongBooks(f"{expected} gifts were accepted, {found} are there.")
    uneven = _rows(
        """
        SELECT unit, sum(amount) FROM (
            SELECT unit, total AS amount FROM ledger_account
            UNION ALL
            SELECT unit, amount FROM ledger_credit JOIN ledger_account ON id = account_id
        ) part GROUP BY unit HAVING sum(amount) <> 0
        """
    )
    if uneven:
        raise WrongBooks(f"A unit does not sum to zero: {uneven}.")
    if _one("SELECT count(*) FROM ledger_account WHERE code = 'viewer.coins' AND total < 0"):
        raise WrongBooks("A viewer's coins are negative.")
    unlike = _rows(
        """
        WITH given AS (SELECT creator_id, sum(diamonds) AS diamonds FROM wallets_gift GROUP BY creator_id),
        held AS (
            SELECT owner_id, sum(amount) AS diamonds FROM (
                SELECT owner_id, total AS amount FROM ledger_account WHERE code = 'creator.diamonds.pending'
                UNION ALL
                SELECT owner_id, amount FROM ledger_credit JOIN ledger_account ON id = account_id
                WHERE code = 'creator.diamonds.pending'
            ) part GROUP BY owner_id
        )
        SELECT owner_id, held.diamonds, given.diamonds FROM held LEFT JOIN given ON creator_id = owner_id
        WHERE held.diamonds <> coalesce(given.diamonds, 0)
        """
    )
    if unlike:
        raise WrongBooks(f"Balances are not the sums of their gifts: {unlike[:3]}.")


def _one(query: str) -> int:
    return _rows(query)[0][0]


def _rows(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
