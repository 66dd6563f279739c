"""Terms of payment are announced. Rows are never edited: a change is a new row with a moment of its own."""

import datetime as dt

from payouts.models import PayoutPolicy
from payouts.queries import policy_for


class RetroactiveTerms(ValueError):
    """Terms can't change what has been agreed already."""


class ClosesPayouts(ValueError):
    """Terms don't take away every way to pay."""


def announce_terms(*, policy: PayoutPolicy, at: dt.datetime) -> PayoutPolicy:
    """Saves terms that nobody has seen yet. A region has one row for a moment: the database refuses another.

    Raises RetroactiveTerms, ClosesPayouts."""
    refuse_past(policy.effective_at, at=at)
    refuse_closing(policy)
    policy.save(force_insert=True)
    return policy


def refuse_closing(policy: PayoutPolicy) -> None:
    """Raises ClosesPayouts."""
    before = policy_for(policy.region, policy.effective_at)
    if before and before.methods and not policy.methods:
        raise ClosesPayouts(
            "Stop the country's payouts instead: its creators are told why, and when they go on."
        )


def refuse_past(effective_at: dt.datetime, *, at: dt.datetime) -> None:
    """Raises RetroactiveTerms."""
    if effective_at < at:
        raise RetroactiveTerms("Terms can't change the past: choose a moment from now on.")
