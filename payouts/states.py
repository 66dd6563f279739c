"""The life of a payout request.

    requested ─┬─> in_review ──> approved ──> remitting ──> paid ──> returned
               │     │  ^  │        │            └──> failed ──> approved | cancelled
               │     v  │  │        └──> cancelled
               │   on_hold ┴──> rejected | cancelled
               └──> cancelled

A retry (failed → approved) needs no second approval.

Diamonds are held from `requested` on. They are released by `rejected`, `cancelled` and `returned`, and
redeemed by `paid`; `failed` keeps them held until someone retries or cancels it.
"""

from django.db.models import TextChoices


class State(TextChoices):
    REQUESTED = "requested", "Requested"
    """Asked for; its diamonds are held."""
    IN_REVIEW = "in_review", "In review"
    """Waits for a reviewer, or above the policy's amount for a second one."""
    ON_HOLD = "on_hold", "On hold"
    """A reviewer stopped it and told the creator why."""
    APPROVED = "approved", "Approved"
    """Waits for the rail."""
    REMITTING = "remitting", "On its way"
    """Given to the rail, or about to be. Only the rail's own word moves it on."""
    PAID = "paid", "Paid"
    """The bank settled it; the diamonds are redeemed."""
    RETURNED = "returned", "Returned"
    """The receiving bank sent the money back; the settlement is reversed, the diamonds available again."""
    FAILED = "failed", "Failed"
    """The rail refused it. The diamonds stay held until it is retried or cancelled."""
    REJECTED = "rejected", "Rejected"
    """A reviewer refused it and told the creator why; the diamonds are available again."""
    CANCELLED = "cancelled", "Cancelled"
    """Called off before any money left; the diamonds are available again."""


MOVES: dict[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.IN_REVIEW, State.CANCELLED}),
    State.IN_REVIEW: frozenset({State.APPROVED, State.ON_HOLD, State.REJECTED, State.CANCELLED}),
    State.ON_HOLD: frozenset({State.IN_REVIEW, State.REJECTED, State.CANCELLED}),
    State.APPROVED: frozenset({State.REMITTING, State.CANCELLED}),
    State.REMITTING: frozenset({State.PAID, State.FAILED}),
    State.PAID: frozenset({State.RETURNED}),
    State.FAILED: frozenset({State.APPROVED, State.CANCELLED}),
    State.RETURNED: frozenset(),
    State.REJECTED: frozenset(),
    State.CANCELLED: frozenset(),
}

OPEN = frozenset(
    {State.REQUESTED, State.IN_REVIEW, State.ON_HOLD, State.APPROVED, State.REMITTING, State.FAILED}
)
"""Diamonds are held in these; a creator has at most one such request."""

ON_TRACK = frozenset({State.REQUESTED, State.IN_REVIEW, State.APPROVED, State.REMITTING})
"""Nothing stands between these and the money but time."""

CREATOR_MAY_CANCEL = frozenset({State.REQUESTED, State.IN_REVIEW, State.ON_HOLD})
"""Nobody has approved it yet, so the creator may call it off."""
