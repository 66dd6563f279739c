"""Somebody closes their account."""

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from portal.models.people import User


class ClosureState(models.TextChoices):
    """WAITING ─┬─> CLOSED
    └─> CANCELLED
    """

    WAITING = "waiting", "Waiting"
    """The account sleeps. Whoever logs in keeps it."""
    CLOSED = "closed", "Closed"
    """Nothing is left but books, and what a law asks to be kept."""
    CANCELLED = "cancelled", "Kept open"


class Closure(models.Model):
    """`given_up` is what the person agreed to lose: {unit: smallest parts}. When `due_at` has come it is
    done, or `problem` says why not yet. `files` are names in the vault that are to be deleted. On
    `purge_date` the next law lets go of what it keeps. While it is held (`held_at`) nothing is erased."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="closures")
    state = models.CharField(max_length=10, choices=ClosureState, default=ClosureState.WAITING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    given_up = models.JSONField(default=dict)
    problem = models.CharField(max_length=500, blank=True, default="")
    tried_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    files = models.JSONField(default=list)
    purge_date = models.DateField(null=True)
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    hold_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ("-id",)
        permissions = [("hold_closure", "Can hold back the closing of an account, and let it go on")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=["waiting", "closed"]), name="closure_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", closed_at__isnull=True, cancelled_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False, cancelled_at__isnull=True)
                | Q(state="cancelled", closed_at__isnull=True, cancelled_at__isnull=False),
                name="closure_state",
            ),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True, held_by__isnull=True, hold_reason="")
                | (Q(held_at__isnull=False, held_by__isnull=False) & ~Q(hold_reason="")),
                name="closure_held_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="closure_to_do"),
            models.Index(
                fields=["purge_date"], condition=Q(purge_date__isnull=False), name="closure_to_purge"
            ),
        ]

    def __str__(self) -> str:
        return f"Closing of {self.person_id}"


class KeptHandle(models.Model):
    """The handle of a creator who has left, by a digest: nobody else gets it."""

    digest = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return self.digest
