"""When, and from which amount on, a creator wants to be paid."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from payouts.models.policies import Schedule


class PayoutPreference(models.Model):
    """The newest row holds; a change is a new one. `minimum` is the creator's own, in the smallest part of
    `currency`: it counts while the policy pays in that currency and asks for less."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payout_preferences"
    )
    schedule = models.CharField(max_length=10, choices=Schedule)
    minimum = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum__isnull=True, currency="") | (Q(minimum__gt=0) & ~Q(currency="")),
                name="payout_preference_minimum",
            ),
            models.CheckConstraint(
                condition=Q(schedule__in=Schedule.values), name="payout_preference_schedule"
            ),
        ]
        indexes = [models.Index(fields=["owner", "-id"], name="payout_preference_newest")]
        triggers = [
            pgtrigger.ReadOnly(name="payout_preference_written_once"),
            pgtrigger.Protect(name="payout_preference_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_schedule_display()} for {self.owner}"
