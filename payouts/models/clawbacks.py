"""What creators give back after it was theirs, and the debts that remain of it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from payouts.models.requests import PayoutRequest


class Clawback(models.Model):
    """A claim on a creator's diamonds (hundredths): `taken` of what was available at once, `owed` still; the
    rest has been repaid. `diamond_rate` is what one was worth in US dollars when it was claimed."""

    class Cause(models.TextChoices):
        DISPUTE = "dispute", "A payment was claimed back"
        """The buyer's bank took back what paid for a gift that had been released."""
        PAYOUT = "payout", "A payout should not have been made"
        """Staff decided so about a payout that had been paid."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=200, unique=True, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="clawbacks")
    cause = models.CharField(max_length=10, choices=Cause)
    payout = models.ForeignKey(PayoutRequest, on_delete=models.PROTECT, null=True, related_name="clawbacks")
    diamonds = models.BigIntegerField()
    diamond_rate = models.DecimalField(max_digits=20, decimal_places=10)
    taken = models.BigIntegerField()
    owed = models.BigIntegerField()
    reason = models.CharField(max_length=500, help_text="The creator reads this.")
    internal_note = models.TextField(blank=True, default="")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField()
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawal_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ("-id",)
        permissions = [("claw_back", "Can claw back paid payouts, and withdraw clawbacks")]
        constraints = [
            models.CheckConstraint(
                condition=Q(diamonds__gt=0, taken__gte=0, owed__gte=0, diamonds__gte=F("taken") + F("owed")),
                name="clawback_amounts",
            ),
            models.CheckConstraint(
                condition=Q(cause="payout", payout__isnull=False) | Q(cause="dispute", payout__isnull=True),
                name="clawback_of_a_payout",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(owed=0), name="clawback_withdrawn_owes_nothing"
            ),
        ]
        indexes = [
            models.Index(fields=["creator", "id"], condition=Q(owed__gt=0), name="clawback_owed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}, {self.claimed_at:%Y-%m-%d}"


class ClawbackRepayment(models.Model):
    """Diamonds (hundredths) that became available and went to a debt. Its id is that of its ledger entry."""

    id = models.UUIDField(primary_key=True, editable=False)
    clawback = models.ForeignKey(Clawback, on_delete=models.PROTECT, related_name="repayments")
    diamonds = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [models.CheckConstraint(condition=Q(diamonds__gt=0), name="repayment_amount")]
        triggers = [
            pgtrigger.Protect(name="repayment_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.diamonds} on {self.at:%Y-%m-%d}"
