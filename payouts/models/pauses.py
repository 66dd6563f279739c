"""Accounts that nothing is sent to for now."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from payouts.models.methods import PayoutMethod


class DestinationPause(models.Model):
    """Three payments in a row did not arrive at one account, whoever's it is: `fingerprint` is the account's.
    `method` is the one that the last of them went to, `code` why it did not arrive."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fingerprint = models.CharField(max_length=64)
    method = models.ForeignKey(PayoutMethod, on_delete=models.PROTECT, related_name="pauses")
    code = models.CharField(max_length=40)
    paused_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True, default="", help_text="Why it was lifted.")

    class Meta:
        ordering = ("-id",)
        permissions = [("lift_destinationpause", "Can let payouts go to a paused account again")]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(lifted_at__isnull=True), name="destination_pause_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(reason="")),
                name="destination_pause_lifted_by",
            ),
        ]

    def __str__(self) -> str:
        return self.method.masked
