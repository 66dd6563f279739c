"""Taps of one run joined. A gift's row says which streak its sender meant; what was in fact one run is seen
when it is read, so that no tap has to look for the one before it."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from wallets.models import Gift
from wallets.queries.gifts import RECENT, recent_gifts

PAUSE = dt.timedelta(seconds=5)
"""A tap that comes later than this after the one before begins a new streak."""

READ = 100
"""How many gifts are read to find the latest streaks."""


@dataclass(frozen=True)
class Streak:
    """`taps` gifts of one type by one viewer to one creator, none later than PAUSE after the one before; a
    gift that belongs to no run is a streak of its own. `last` is the newest; sums are over all of them,
    `lost` (see `with_losses`) where it was asked for."""

    last: Gift
    taps: int
    quantity: int
    coins: int
    diamonds: int
    lost: int


def recent_streaks(creator_id: uuid.UUID) -> list[Streak]:
    """The latest that a creator received, newest first. Of the oldest some taps may be missing."""
    return joined(recent_gifts(creator_id, limit=READ))[:RECENT]


def joined(gifts: Iterable[Gift]) -> list[Streak]:
    """The streaks among some gifts, which come newest first, and so do the streaks (by their last tap)."""
    runs: list[list[Gift]] = []
    open_runs: dict[tuple, list[Gift]] = {}
    for gift in gifts:
        run = open_runs.get(run_of(gift)) if gift.streak_id else None
        if run is not None and run[-1].sent_at - gift.sent_at <= PAUSE:
            run.append(gift)
            continue
        runs.append([gift])
        open_runs[run_of(gift)] = runs[-1]
    return [
        Streak(
            last=run[0],
            taps=len(run),
            quantity=sum(gift.quantity for gift in run),
            coins=sum(gift.coins for gift in run),
            diamonds=sum(gift.diamonds for gift in run),
            lost=sum(getattr(gift, "lost", 0) for gift in run),
        )
        for run in runs
    ]


def run_of(gift: Gift) -> tuple:
    """What the gifts of one run share."""
    return gift.streak_id, gift.viewer_id, gift.creator_id, gift.gift_type_id, gift.anonymous
