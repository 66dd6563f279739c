r"""How far a conversion has come.

held ──> approved ──> payable
 │  \        │  \        │
 │   \       │   \       └──> reversed
 │    v      │    v
 │  reversed │  reversed
 v           v
 rejected <──┘
"""

from django.db import models


class ConversionState(models.TextChoices):
    HELD = "held", "Held"
    """Reported by the merchant; a refund or a reviewer may still take it back."""
    APPROVED = "approved", "Approved"
    """The creator's, from the day on which its hold ends."""
    PAYABLE = "payable", "Payable"
    """On the creator's available balance."""
    REJECTED = "rejected", "Rejected"
    """Refused by staff, with a reason."""
    REVERSED = "reversed", "Reversed"
    """The whole order was refunded or cancelled."""


MOVES = {
    ConversionState.HELD: {ConversionState.APPROVED, ConversionState.REJECTED, ConversionState.REVERSED},
    ConversionState.APPROVED: {ConversionState.PAYABLE, ConversionState.REJECTED, ConversionState.REVERSED},
    ConversionState.PAYABLE: {ConversionState.REVERSED},
    ConversionState.REJECTED: set(),
    ConversionState.REVERSED: set(),
}
WAITING = (ConversionState.HELD, ConversionState.APPROVED)
COUNTED = (ConversionState.HELD, ConversionState.APPROVED, ConversionState.PAYABLE)
"""Whose sales count towards a month's tier."""
TONES = {
    ConversionState.HELD: "warn",
    ConversionState.APPROVED: "info",
    ConversionState.PAYABLE: "good",
    ConversionState.REJECTED: "bad",
    ConversionState.REVERSED: "neutral",
}


class Outcome(models.TextChoices):
    """What came of a postback."""

    RECEIVED = "received", "Received"
    """Kept, and not yet looked at."""
    APPLIED = "applied", "Applied"
    REPEATED = "repeated", "Repeated"
    """Said again what was known."""
    UNATTRIBUTED = "unattributed", "Unattributed"
    """A sale that no creator brought, or not in time, and what is told of it since."""
    PARKED = "parked", "Parked"
    """A refund whose order has not been reported; applied when it is."""
    REFUSED = "refused", "Refused"
    """It makes no sense; `detail` says why."""


FINAL = (Outcome.APPLIED, Outcome.REPEATED, Outcome.UNATTRIBUTED)


class SignalKind(models.TextChoices):
    SELF_REFERRAL = "self_referral", "Buyer is the creator"
    RING = "ring", "Same buyer on many links"
    VELOCITY = "velocity", "Many orders at once"
