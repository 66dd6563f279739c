"""What staff record of payments that they made by hand, and of payments that they called back."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from payouts.models.remittances import Remittance


class HandRecord(models.Model):
    """One thing that a person saw at the bank, with the bank's receipt: `file` is its name in the vault."""

    class What(models.TextChoices):
        PAID = "paid", "Paid"
        REFUSED = "refused", "Refused"
        RETURNED = "returned", "Returned"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    remittance = models.ForeignKey(Remittance, on_delete=models.PROTECT, related_name="hand_records")
    what = models.CharField(max_length=10, choices=What)
    booked_date = models.DateField()
    bank_reference = models.CharField(max_length=70, blank=True, default="")
    code = models.CharField(max_length=40, blank=True, default="")
    words = models.CharField(max_length=500, blank=True, default="")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    file = models.CharField(max_length=100, unique=True, editable=False)
    content_type = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the receipt.")

    class Meta:
        ordering = ("-id",)
        verbose_name = "record of a payment by hand"
        verbose_name_plural = "records of payments by hand"
        permissions = [("pay_by_hand", "Can pay by hand, and record what the bank did")]
        constraints = [
            models.UniqueConstraint(fields=["remittance", "what"], name="hand_record_once"),
            models.CheckConstraint(
                condition=Q(what__in=["paid", "refused", "returned"]), name="hand_record_what"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="hand_record_written_once"),
            pgtrigger.Protect(name="hand_record_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} on {self.booked_date}"


class HandPayment(Remittance):
    """A payment that goes out by hand, for the people who make it."""

    class Meta:
        proxy = True
        verbose_name = "payment by hand"
        verbose_name_plural = "payments by hand"


class Recall(models.Model):
    """A payment that staff call back from where it went, and what came of that."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        """About to be called back, or without a clear answer: asked again under the same key."""
        DONE = "done", "Called back"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    remittance = models.ForeignKey(Remittance, on_delete=models.PROTECT, related_name="recalls")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    attempted_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    decided_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, default="")
    receipt = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-id",)
        permissions = [("recall_payout", "Can call payments back")]
        constraints = [
            models.UniqueConstraint(
                fields=["remittance"], condition=~Q(state="refused"), name="recall_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=["asked", "done", "refused"]), name="recall_state"),
        ]

    def __str__(self) -> str:
        return f"{self.remittance}: {self.get_state_display().lower()}"
