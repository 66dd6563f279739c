"""Counting what gifters have sent, apart from the gifts' path: neither waits for the other."""

import datetime as dt

from django.db import connection
from django.db.transaction import atomic

from ledger.queries import first_id
from wallets.models import GifterCount
from wallets.models.gifts import UNDO_WINDOW

SETTLED_AFTER = 2 * UNDO_WINDOW
"""By then a gift is committed or never will be, and can't be undone any more."""
_BEFORE_ALL = dt.datetime.fromtimestamp(0, dt.UTC)


def count_gifters(*, at: dt.datetime) -> int:
    """Take in the gifts written since the last count, but those too young to be settled. Returns of how many
    viewers. Each gift is counted once however often and at once this runs: the next count begins where the
    last one ended, and two can't end at the same moment."""
    until = at - SETTLED_AFTER
    with atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('wallets.count_gifters'))")
        last = GifterCount.objects.order_by("-until").first()
        since = last.until if last else _BEFORE_ALL
        if until <= since:
            return 0
        GifterCount.objects.all().delete()
        GifterCount.objects.create(until=until)
        cursor.execute(
            """
            INSERT INTO wallets_gifter AS gifter (viewer_id, coins)
            SELECT gift.viewer_id, sum(gift.coins) FROM wallets_gift gift
            WHERE gift.id >= %s AND gift.id < %s AND NOT EXISTS (
                SELECT 1 FROM wallets_giftreversal undone
                WHERE undone.gift_id = gift.id AND undone.cause = 'undo'
            )
            GROUP BY gift.viewer_id
            ON CONFLICT (viewer_id) DO UPDATE SET coins = gifter.coins + excluded.coins
            """,
            [first_id(since), first_id(until)],
        )
        return cursor.rowcount
