"""Payouts that leave together."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from payouts.batch_states import BatchState, ItemState
from payouts.models.remittances import Remittance, rail_label
from payouts.models.requests import PayoutRequest


class PayoutBatch(models.Model):
    """Payouts of one rail and currency that were approved up to the cut-off.

    `planned_count` and `planned_total` are the control totals of its dry run: how many payouts it pays and
    their sum in the smallest part of `currency`. Who approves, approves these; they never change. `version`
    grows with every move. Without `prepared_by` the schedule prepared it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rail = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.PREPARED)
    version = models.PositiveIntegerField(default=1)
    cut_off_at = models.DateTimeField(help_text="Payouts that were approved later wait for the next batch.")
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="", help_text="Why it was discarded.")
    planned_count = models.PositiveIntegerField()
    planned_total = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "payout batches"
        ordering = ("-id",)
        permissions = [
            ("prepare_payoutbatch", "Can prepare and discard batches"),
            ("approve_payoutbatch", "Can approve batches"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rail", "currency"], condition=Q(state=BatchState.PREPARED), name="batch_one_prepared"
            ),
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="batch_state"),
            models.CheckConstraint(
                condition=Q(prepared_by__isnull=True)
                | Q(approved_by__isnull=True)
                | ~Q(prepared_by=F("approved_by")),
                name="batch_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[BatchState.APPROVED, BatchState.DONE], approved_at__isnull=False)
                | Q(state__in=[BatchState.PREPARED, BatchState.DISCARDED], approved_at__isnull=True),
                name="batch_approved",
            ),
            models.CheckConstraint(condition=Q(planned_total__gte=0), name="batch_totals"),
        ]
        indexes = [models.Index(fields=["state", "id"], name="batch_by_state")]

    def __str__(self) -> str:
        return f"{rail_label(self.rail)} {self.currency} {self.cut_off_at:%Y-%m-%d %H:%M}"


class BatchItem(models.Model):
    """One payout in one batch. `amount` is its net as the dry run read it.

    `reason` says why it was skipped, refused or dropped. `last_amount` is what reached the same creator in
    this currency the time before, None for the first time; `new_method`: it went to another account then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="items")
    payout = models.ForeignKey(PayoutRequest, on_delete=models.PROTECT, related_name="batch_items")
    state = models.CharField(max_length=10, choices=ItemState)
    amount = models.BigIntegerField()
    code = models.CharField(max_length=40, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    last_amount = models.BigIntegerField(null=True, blank=True)
    new_method = models.BooleanField(default=False)
    remittance = models.OneToOneField(
        Remittance, on_delete=models.PROTECT, null=True, blank=True, related_name="batch_item"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("batch", "id")
        constraints = [
            models.UniqueConstraint(fields=["batch", "payout"], name="batch_item_once"),
            models.UniqueConstraint(
                fields=["payout"], condition=Q(state=ItemState.PLANNED), name="batch_item_one_planned"
            ),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="batch_item_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="batch_item_amount"),
            models.CheckConstraint(
                condition=~Q(state=ItemState.SENT) | Q(remittance__isnull=False), name="batch_item_sent"
            ),
        ]
        indexes = [models.Index(fields=["batch", "state"], name="batch_item_by_state")]

    def __str__(self) -> str:
        return f"{self.payout_id} in {self.batch_id}"
