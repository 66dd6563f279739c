"""One decision about many payouts: each alone, on the version that was shown."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from payouts.models import PayoutRequest
from payouts.operations.moves import MethodRetired, Stale, UnknownPayout, WrongState
from payouts.operations.review import NotPermitted

MOST = 200
"""Payouts decided at once."""


class TooMany(ValueError):
    """More than one person can have looked at."""


@dataclass(frozen=True)
class Done:
    """`refused` has each payout's id with the reason."""

    decided: list[PayoutRequest]
    refused: list[tuple[uuid.UUID, str]]


def decide_many(
    *, operation: Callable, chosen: Iterable[tuple[uuid.UUID, int]], actor, at: dt.datetime, **words
) -> Done:
    """Do `operation` of `payouts.operations.review` to each (id, version). One that is refused stops no
    other, and moves nothing. Raises TooMany, MissingReason."""
    chosen = list(dict.fromkeys(chosen))
    if len(chosen) > MOST:
        raise TooMany(f"Choose {MOST} payouts at most.")
    done = Done([], [])
    for payout_id, version in chosen:
        try:
            done.decided.append(operation(payout_id=payout_id, version=version, actor=actor, at=at, **words))
        except (NotPermitted, Stale, WrongState, MethodRetired, UnknownPayout) as refusal:
            done.refused.append((payout_id, str(refusal)))
    return done
