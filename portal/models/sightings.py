"""From where people log in, known by digests alone."""

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from portal.models.people import User


class Sighting(models.Model):
    """Somebody logged in from here. `digest` is that of an internet address or of a browser's own number,
    under a key of the site's: it finds two people in one place and tells nothing else."""

    class Kind(models.TextChoices):
        ADDRESS = "address", "Internet address"
        DEVICE = "device", "Device"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sightings")
    kind = models.CharField(max_length=10, choices=Kind)
    digest = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "digest"], name="sighting_once"),
            models.CheckConstraint(condition=Q(kind__in=["address", "device"]), name="sighting_kind"),
        ]
        indexes = [models.Index(fields=["digest"], name="sighting_by_digest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.person}"
