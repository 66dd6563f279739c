"""What each pay day did for each creator who had something to be paid."""

import pgtrigger
from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from payouts.models.policies import Schedule
from payouts.models.requests import PayoutRequest


class PayDay(models.Model):
    """The payout that a pay day asked for or, without one, the note that it was skipped. `gates` are the
    closed gates in the way, as `{code, label, reason, next_step, clears_on}`: of all that was available, or,
    where there is a payout, of the rest of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pay_days")
    pay_date = models.DateField()
    schedule = models.CharField(max_length=10, choices=Schedule)
    at = models.DateTimeField()
    payout = models.OneToOneField(
        PayoutRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="pay_day"
    )
    gates = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("-pay_date", "-id")
        constraints = [
            models.UniqueConstraint(fields=["creator", "pay_date"], name="payout_pay_day_once"),
            models.CheckConstraint(
                condition=models.Q(payout__isnull=False) | ~models.Q(gates=[]),
                name="payout_pay_day_skipped_for_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="payout_pay_day_written_once"),
            pgtrigger.Protect(name="payout_pay_day_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.pay_date} of {self.creator}"
