"""What a payout is made of: one line for each balance that it pays out."""

import pgtrigger
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from ledger.units import DIAMOND
from payouts.models.requests import PayoutRequest


class PayoutLine(models.Model):
    """`amount` smallest parts of `unit` (DIAMOND or a currency), worth `worth` parts of `worth_currency` at
    `rate`, and `gross` parts of the payout's currency at `fx_rate`. Written once, with its payout."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey(PayoutRequest, on_delete=models.PROTECT, related_name="lines")
    unit = models.CharField(max_length=8)
    amount = models.BigIntegerField()
    rate = models.DecimalField(
        max_digits=20, decimal_places=10, help_text="US dollars for a diamond; else 1."
    )
    worth = models.BigIntegerField()
    fx_rate = models.DecimalField(max_digits=20, decimal_places=10)
    fx_source = models.CharField(max_length=10, blank=True, default="")
    gross = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["payout", "unit"], name="payout_line_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, worth__gte=0, gross__gte=0, rate__gt=0, fx_rate__gt=0),
                name="payout_line_amounts",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="payout_line_written_once"),
            pgtrigger.Protect(name="payout_line_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"

    @property
    def worth_currency(self) -> str:
        return "USD" if self.unit == DIAMOND else self.unit
