"""What a day in a programme earned, and the closing of months."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from partnerships.models.enrolments import Enrolment
from partnerships.models.programmes import Programme, ProgrammeTerms
from partnerships.programme_states import CloseState


class MonthClose(models.Model):
    """What a programme credits for a month (its first day), as it was when `version` was prepared: sums in
    the smallest part of the programme's currency."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="closes")
    month = models.DateField()
    state = models.CharField(max_length=10, choices=CloseState, default=CloseState.PREPARED)
    version = models.PositiveIntegerField(default=1)
    total = models.BigIntegerField()
    creators = models.PositiveIntegerField()
    last_total = models.BigIntegerField(
        null=True, blank=True, help_text="Of the month before, if it was closed."
    )
    anomalies = models.JSONField(default=list, blank=True)
    prepared_at = models.DateTimeField()
    first_approved_at = models.DateTimeField(null=True, blank=True)
    first_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    credited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-month", "programme")
        permissions = [("approve_monthclose", "Can approve what programmes credit for a month")]
        constraints = [
            models.UniqueConstraint(fields=["programme", "month"], name="month_close_once"),
            models.CheckConstraint(
                condition=Q(state="prepared", approved_by__isnull=True)
                | (~Q(state="prepared") & Q(approved_by__isnull=False, approved_at__isnull=False)),
                name="month_close_approved",
            ),
            models.CheckConstraint(
                condition=Q(first_approved_by__isnull=True) | ~Q(first_approved_by=F("approved_by")),
                name="month_close_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}, {self.month:%B %Y}"


class CloseItem(models.Model):
    """One creator's part of a close: `earned` becomes available, `taken` (corrections of months that were
    closed before, as a positive amount) is taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    close = models.ForeignKey(MonthClose, on_delete=models.CASCADE, related_name="items")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="close_items")
    earned = models.BigIntegerField()
    taken = models.BigIntegerField(default=0)
    last_earned = models.BigIntegerField(null=True, blank=True)
    credited_at = models.DateTimeField(null=True, blank=True)
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    taking_entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["close", "enrolment"], name="close_item_once"),
            models.CheckConstraint(condition=Q(earned__gte=0, taken__gte=0), name="close_item_amounts"),
            models.CheckConstraint(
                condition=Q(credited_at__isnull=True, entry__isnull=True, taking_entry__isnull=True)
                | (
                    Q(credited_at__isnull=False)
                    & (Q(earned=0) | Q(entry__isnull=False))
                    & (Q(taken=0) | Q(taking_entry__isnull=False))
                ),
                name="close_item_credited",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.earned - self.taken}"


class Limit(models.TextChoices):
    """What kept a day below what its metrics earned."""

    NONE = "", "Nothing"
    DAY = "day", "Cap of the day"
    MONTH = "month", "Cap of the month"
    BUDGET = "budget", "The programme's budget"


class Accrual(models.Model):
    """What a UTC day earned, in the smallest part of the programme's currency. Never edited: other figures
    reverse it and accrue anew under the next `revision`.

    `earned` is what the metrics come to before any limit; `amount` what is due beyond that day's earlier
    accruals. Where these have been credited, an accrual corrects them: it is booked on the day it was found
    out, and below zero it has no entry until a close takes it back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="accruals")
    date = models.DateField()
    revision = models.PositiveSmallIntegerField()
    booked_date = models.DateField()
    earned = models.BigIntegerField()
    amount = models.BigIntegerField()
    limited_by = models.CharField(max_length=6, choices=Limit, blank=True, default="")
    terms = models.ForeignKey(ProgrammeTerms, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversal = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    item = models.ForeignKey(CloseItem, on_delete=models.PROTECT, null=True, related_name="accruals")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "date", "revision"], name="accrual_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, entry__isnull=False) | Q(amount__lt=0, entry__isnull=True),
                name="accrual_amount",
            ),
            models.CheckConstraint(
                condition=Q(reversed_at__isnull=True, reversal__isnull=True)
                | (
                    Q(reversed_at__isnull=False, item__isnull=True)
                    & (Q(amount__lt=0) | Q(reversal__isnull=False))
                ),
                name="accrual_reversed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["booked_date", "enrolment"],
                condition=Q(item__isnull=True, reversed_at__isnull=True),
                name="accrual_open",
            ),
            models.Index(fields=["enrolment", "booked_date"], name="accrual_of_enrolment"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.date}"
