"""Where nobody is paid for now."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_countries.fields import CountryField
from uuid_utils.compat import uuid7

from payouts.models.remittances import rail_label


class PayoutStop(models.Model):
    """Nothing leaves to creators of one country, or over one rail, until it is lifted. `told_at` and
    `lift_told_at`: when those whom it concerns had been told of the one and of the other."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    country = CountryField(blank=True, default="", help_text="Where creators live: a country, or a rail.")
    rail = models.CharField(max_length=20, blank=True, default="")
    reason = models.CharField(max_length=300, help_text="A sentence that creators read.")
    stopped_at = models.DateTimeField()
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lift_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        permissions = [("lift_payoutstop", "Can let stopped payouts go on")]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "rail"], condition=Q(lifted_at__isnull=True), name="payout_stop_once"
            ),
            models.CheckConstraint(
                condition=(Q(country="") & ~Q(rail="")) | (~Q(country="") & Q(rail="")),
                name="payout_stop_of_one",
                violation_error_message="Choose a country or a rail, one of them.",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="payout_stop_lifted_by",
            ),
        ]

    def __str__(self) -> str:
        return self.country.name or rail_label(self.rail)
