"""Moves gift diamonds from pending to available once they have cleared."""

import datetime as dt
import uuid

from django.db.transaction import atomic

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_PENDING
from ledger.operations import Transfer, lock, post
from ledger.queries import by_day
from wallets.queries.reserve import RELEASE, cleared, last_cleared_day


def release_cleared(*, creator_id: uuid.UUID, at: dt.datetime) -> int:
    """Release what has cleared, with one entry per earning day. Returns the diamonds (hundredths) released.

    Safe to run twice and at once: the pending account is locked, so each run sees what the other left."""
    if cleared(creator_id, at) <= 0:
        return 0
    pending = CREATOR_DIAMONDS_PENDING.of(creator_id)
    available = CREATOR_DIAMONDS_AVAILABLE.of(creator_id)
    released = 0
    with atomic():
        lock([pending])
        remaining, turns = _by_earning_day(creator_id, last_cleared_day(creator_id, at))
        # Reversals that came after a day's release are owed by the days that are still to be released.
        owed = -sum(amount for amount in remaining.values() if amount < 0)
        for day, amount in remaining.items():
            kept = min(max(amount, 0), owed)
            owed -= kept
            if amount <= kept:
                continue
            post(
                kind=RELEASE,
                key=f"{RELEASE}:{creator_id}:{day}:{turns[day]}",
                at=at,
                day=day,
                transfers=[Transfer(pending, available, amount - kept)],
            )
            released += amount - kept
    return released


def _by_earning_day(creator_id: uuid.UUID, until: dt.date) -> tuple[dict[dt.date, int], dict[dt.date, int]]:
    """What is still pending of each day, and how many releases each has had: one as a rule, none before."""
    remaining: dict[dt.date, int] = {}
    releases: dict[dt.date, int] = {}
    for part in by_day(CREATOR_DIAMONDS_PENDING.of(creator_id), until=until):
        remaining[part.day] = remaining.get(part.day, 0) + part.amount
        releases.setdefault(part.day, 0)
        if part.kind == RELEASE:
            releases[part.day] = part.entries
    return remaining, releases
