"""The life of a remittance: one attempt to send a payout over a rail.

    committed ──┬──────────────> sent ──> accepted ──> settled ──> returned
        │       │                 ^  │        │           ^
        │       └──> unknown ─────┘  └────────│───────────┤  (a booking needs no acceptance before it)
        v               │            v        v           │
    rejected <──────────┴────────────┴────────┘           │
                        └─────────────────────────────────┘

Each arrow is the rail's word: its receipt, its refusal, a status, a booking. Time alone draws none.
"""

from django.db.models import TextChoices


class RemittanceState(TextChoices):
    COMMITTED = "committed", "About to be sent"
    """Kept here with its message; whether the bank has it shows when someone hears back."""
    UNKNOWN = "unknown", "Unknown"
    """No clear answer. The bank is asked; the same message goes out again only if it does not have it."""
    SENT = "sent", "Sent"
    """The bank has the message."""
    ACCEPTED = "accepted", "Accepted"
    """The bank will carry it out."""
    SETTLED = "settled", "Settled"
    """The bank booked it."""
    REJECTED = "rejected", "Rejected"
    """The bank, or our own check before it, refused it. Nothing left."""
    RETURNED = "returned", "Returned"
    """It was booked and came back."""


UNDELIVERED = frozenset({RemittanceState.COMMITTED, RemittanceState.UNKNOWN})
UNDER_WAY = UNDELIVERED | {RemittanceState.SENT, RemittanceState.ACCEPTED}
FAILED = frozenset({RemittanceState.REJECTED, RemittanceState.RETURNED})
