"""Taking back coins by their origin, and putting them back."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import F, Sum
from django.db.transaction import atomic

from ledger.chart import VIEWER_COINS, Account
from ledger.operations import IdempotencyConflict, Posted, Transfer, lock, post, reverse
from ledger.queries import entry_of, stretches
from wallets.models import CoinRemoval
from wallets.queries.provenance import Span, whereabouts


@dataclass(frozen=True)
class Taken:
    """`coins` went by the entry; nothing remained to be taken where it is None."""

    entry_id: uuid.UUID | None
    coins: int


def take_back(
    *,
    viewer_id: uuid.UUID,
    credit_id: uuid.UUID,
    up_to: int | None = None,
    destination: Account,
    cause: CoinRemoval.Cause,
    kind: str,
    key: str,
    at: dt.datetime,
    through_freeze: bool = False,
) -> Taken:
    """Take what remains unspent of the coins that the entry `credit_id` credited, at most `up_to`, into
    `destination`: the last ones first, which would have been spent last.

    The same key returns the first result. Raises ledger.operations.AccountFrozen unless `through_freeze`,
    IdempotencyConflict (the key posted something else)."""
    with atomic():
        lock([VIEWER_COINS.of(viewer_id)])
        if (first := entry_of(key)) is not None:
            return _taken_before(first, viewer_id, cause)
        spans = _last(whereabouts(viewer_id, credit_id).remaining, up_to)
        coins = sum(span.coins for span in spans)
        if not coins:
            return Taken(None, 0)
        account = VIEWER_COINS.of(viewer_id)
        posted = post(
            kind=kind,
            key=key,
            at=at,
            transfers=[Transfer(account, destination, coins)],
            through_freeze=through_freeze,
        )
        debit = stretches(account, [posted.entry_id])[posted.entry_id]
        start = debit.start
        for span in spans:
            CoinRemoval.objects.create(
                entry_id=posted.entry_id,
                viewer_id=viewer_id,
                credited_from=span.start,
                credited_until=span.stop,
                spent_from=start,
                cause=cause,
                at=at,
            )
            start += span.coins
        return Taken(posted.entry_id, coins)


def put_back(*, entry_id: uuid.UUID, key: str, reason: str, at: dt.datetime) -> Posted:
    """Give back all that one take-back took, frozen wallet or not: the coins keep their origin.

    Raises ledger.operations.AlreadyReversed, IdempotencyConflict."""
    return reverse(entry_id=entry_id, key=key, reason=reason, at=at)


def _taken_before(entry_id: uuid.UUID, viewer_id: uuid.UUID, cause: CoinRemoval.Cause) -> Taken:
    rows = CoinRemoval.objects.filter(entry_id=entry_id, viewer_id=viewer_id, cause=cause)
    coins = rows.aggregate(coins=Sum(F("credited_until") - F("credited_from")))["coins"]
    if coins is None:
        raise IdempotencyConflict("This key was used for something else.")
    return Taken(entry_id, coins)


def _last(spans: list[Span], up_to: int | None) -> list[Span]:
    """The last `up_to` coins of sorted spans, in their order."""
    if up_to is None:
        return spans
    kept: list[Span] = []
    for span in reversed(spans):
        if up_to <= 0:
            break
        kept.append(Span(max(span.start, span.stop - up_to), span.stop))
        up_to -= kept[-1].coins
    return kept[::-1]
