"""Files that people brought, row by row as they were read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class ImportState(models.TextChoices):
    """PREVIEWED ──> CONFIRMED ──> APPLIED ──> UNDOING ──> UNDONE
    └────────> DISCARDED
    """

    PREVIEWED = "previewed", "To be confirmed"
    CONFIRMED = "confirmed", "Being taken in"
    APPLIED = "applied", "Taken in"
    DISCARDED = "discarded", "Discarded"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"


class Standing(models.TextChoices):
    """How an accepted row stood to what was here when it was read."""

    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    KNOWN = "known", "Already here"


class Import(models.Model):
    """One file. `subject_id` is what it is about, as its dialect says; `digest` the SHA-256 of its bytes;
    `layout` which of the dialect's layouts it has; `notes` are sentences on how it was read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="imports")
    dialect = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    layout = models.CharField(max_length=40, blank=True, default="")
    notes = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.PREVIEWED)
    uploaded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["owner", "dialect", "id"], name="import_of_owner")]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """`problem` says why a row is not accepted; an accepted one has an `identity` and `facts` instead.
    `amount` is in the smallest part of `currency`; `group` is what its totals are told apart by, and `change`
    what it changes, both in few words."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    importing = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    raw = models.CharField(max_length=500)
    problem = models.CharField(max_length=500, blank=True, default="")
    identity = models.CharField(max_length=300, blank=True, default="")
    facts = models.JSONField(default=dict)
    label = models.CharField(max_length=200, blank=True, default="")
    amount = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    group = models.CharField(max_length=40, blank=True, default="")
    standing = models.CharField(max_length=8, choices=Standing, blank=True, default="")
    change = models.CharField(max_length=200, blank=True, default="")
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("line",)
        constraints = [
            models.UniqueConstraint(fields=["importing", "line"], name="import_row_once"),
            models.UniqueConstraint(
                fields=["importing", "identity"], condition=Q(problem=""), name="import_row_identity_once"
            ),
            models.CheckConstraint(
                condition=Q(problem="", identity__gt="", standing__gt="")
                | Q(problem__gt="", applied_at__isnull=True),
                name="import_row_accepted_or_not",
            ),
        ]
        indexes = [
            models.Index(
                fields=["importing", "line"],
                condition=Q(problem="", applied_at__isnull=True),
                name="import_row_waits",
            ),
            models.Index(
                fields=["identity"], condition=Q(applied_at__isnull=False), name="import_row_identity"
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line}"
