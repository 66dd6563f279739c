"""How an enrolment and a month's close may move."""

from django.db import models


class EnrolmentState(models.TextChoices):
    """
    applied ─┬─> active <──> suspended ──> left
             │      └───────────────────────^
             └─> refused ──> applied          left ──> applied

    Who met the criteria goes from `left` or `refused` to `active` at once, where the programme looks at no
    applications; but a suspension outlives both, until staff lift it or take the creator in again.
    """

    APPLIED = "applied", "Applied"
    """Waits for staff."""
    ACTIVE = "active", "Active"
    """Each day counts."""
    REFUSED = "refused", "Refused"
    SUSPENDED = "suspended", "Suspended"
    """Days do not count; what was earned before stays earned."""
    LEFT = "left", "Left"


ENROLMENT_MOVES = {
    EnrolmentState.APPLIED: {EnrolmentState.ACTIVE, EnrolmentState.REFUSED, EnrolmentState.LEFT},
    EnrolmentState.ACTIVE: {EnrolmentState.SUSPENDED, EnrolmentState.LEFT},
    EnrolmentState.SUSPENDED: {EnrolmentState.ACTIVE, EnrolmentState.LEFT},
    EnrolmentState.REFUSED: {EnrolmentState.APPLIED, EnrolmentState.ACTIVE},
    EnrolmentState.LEFT: {EnrolmentState.APPLIED, EnrolmentState.ACTIVE},
}


class CloseState(models.TextChoices):
    """prepared ──> approved ──> credited"""

    PREPARED = "prepared", "To be reviewed"
    """What it credits may still change; whoever approves sees it if it did."""
    APPROVED = "approved", "Being credited"
    """Its accruals are fixed: whatever is found out later counts for a later month."""
    CREDITED = "credited", "Credited"


class AppealState(models.TextChoices):
    OPEN = "open", "Waits for staff"
    UPHELD = "upheld", "Upheld"
    """The suspension is as if it had never been."""
    DISMISSED = "dismissed", "Dismissed"
    WITHDRAWN = "withdrawn", "Taken back"
    """By leaving."""
