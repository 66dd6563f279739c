"""A person asks for all that the portal keeps about them."""

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from portal.models.people import User


class ExportState(models.TextChoices):
    """WAITING ──> BUILDING ──> READY ──> GONE
      │   ^
      │   └─ its worker is gone: another starts over
      v
    FAILED
    """

    WAITING = "waiting", "Waiting"
    BUILDING = "building", "Being put together"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    GONE = "gone", "Deleted"


UNDER_WAY = (ExportState.WAITING, ExportState.BUILDING)


class DataExport(models.Model):
    """One zip of everything. `done` of `steps` files are written; whoever writes says so by `beat_at`, under
    the `turn` that it took. `file` is its name in the vault, `size` in bytes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_exports")
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.WAITING)
    asked_at = models.DateTimeField()
    turn = models.PositiveSmallIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    done = models.PositiveSmallIntegerField(default=0)
    steps = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=100, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["waiting", "building"]),
                name="data_export_one_at_once",
            ),
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="data_export_state"),
            models.CheckConstraint(condition=Q(done__lte=F("steps")), name="data_export_progress"),
            models.CheckConstraint(
                condition=~Q(state="ready")
                | (~Q(file="") & Q(ready_at__isnull=False, expires_at__isnull=False)),
                name="data_export_ready_with_file",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="data_export_of_person"),
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["waiting", "building"]), name="data_export_to_do"
            ),
            models.Index(fields=["expires_at"], condition=Q(state="ready"), name="data_export_to_delete"),
        ]

    def __str__(self) -> str:
        return f"Data of {self.person}"
