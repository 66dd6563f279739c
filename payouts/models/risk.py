"""What was noticed about a payout when it was requested."""

import pgtrigger
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from payouts.models.requests import PayoutRequest


class Weight(models.TextChoices):
    REVIEW = "review", "Needs a person"
    """A person looks at the payout, however small it is."""
    INFORM = "inform", "To know"
    """Shown to whoever looks; asks nobody to look."""


class RiskSignal(models.Model):
    """One thing to know before deciding, with its evidence as a sentence. `code` is the name of the function
    that noticed it. Written once, with the request; it never decides."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey(PayoutRequest, on_delete=models.PROTECT, related_name="signals")
    code = models.CharField(max_length=60)
    label = models.CharField(max_length=100)
    evidence = models.TextField()
    weight = models.CharField(max_length=10, choices=Weight)
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["payout", "code"], name="risk_signal_once"),
            models.CheckConstraint(condition=Q(weight__in=Weight.values), name="risk_signal_weight"),
        ]
        triggers = [pgtrigger.Protect(name="risk_signal_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.label
