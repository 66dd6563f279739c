from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from wallets.models.disputes import Dispute


class Freeze(models.Model):
    """One cause why nothing goes out of a viewer's wallet. There may be several; the wallet thaws with the
    last. `reason` is what the viewer is told."""

    class Cause(models.TextChoices):
        DISPUTE = "dispute", "A disputed payment"
        STAFF = "staff", "A decision of staff"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="freezes")
    cause = models.CharField(max_length=10, choices=Cause)
    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, null=True, related_name="freeze")
    reason = models.CharField(max_length=500)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_because = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        permissions = [("freeze_wallet", "Can freeze and thaw wallets")]
        constraints = [
            models.CheckConstraint(
                condition=Q(cause="dispute", dispute__isnull=False)
                | Q(cause="staff", dispute__isnull=True, placed_by__isnull=False),
                name="freeze_has_its_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["viewer"], condition=Q(lifted_at__isnull=True), name="freeze_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}, {'lifted' if self.lifted_at else 'in force'}"
