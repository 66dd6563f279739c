"""Terms of payment are announced. Rows are never edited: a change is a new row with a moment of its own."""

import datetime as dt

from payouts.models import PayoutPolicy


class RetroactiveTerms(ValueError):
    """Terms can't change what has been agreed already."""


def announce_terms(*, policy: PayoutPolicy, at: dt.datetime) -> PayoutPolicy:
    """Saves terms that nobody has seen yet. A region has one row for a moment: the database refuses another.

    Raises RetroactiveTerms."""
    refuse_past(policy.effective_at, at=at)
    policy.save(force_insert=True)
    return policy


def refuse_past(effective_at: dt.datetime, *, at: dt.datetime) -> None:
    """Raises RetroactiveTerms."""
    if effective_at < at:
        raise RetroactiveTerms("Terms can't change the past: choose a moment from now on.")
