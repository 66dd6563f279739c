"""The life of one version of a creator's identity. A version is never edited: whatever changes is a new one.

    submitted ──┬──> verified ──> superseded   (by the next version that is verified)
        │       ├──> rejected
        │       └──> asked
        └─────────────┴─────────> superseded   (the next version answers, or corrects it)

A verified version holds until it expires, or until what was asked about it since is overdue.
"""

from django.db.models import TextChoices


class IdentityState(TextChoices):
    SUBMITTED = "submitted", "In review"
    """Waits for a reviewer."""
    ASKED = "asked", "Information needed"
    """A reviewer asked for something; the answer is a new version."""
    VERIFIED = "verified", "Verified"
    REJECTED = "rejected", "Not accepted"
    """A reviewer refused it and told the creator why."""
    SUPERSEDED = "superseded", "Replaced"
    """A later version took its place."""


WAITING = frozenset({IdentityState.SUBMITTED, IdentityState.ASKED})
"""A creator has at most one such version."""
