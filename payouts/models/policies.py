"""Under which terms a country's creators are paid."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class Schedule(models.TextChoices):
    """When payouts are asked for. Days are UTC's, business days those of the policy's region."""

    WEEKLY = "weekly", "Weekly"
    """Closes on Sunday night, pays on Wednesday or the next business day."""
    MONTHLY = "monthly", "Monthly"
    """Closes at the month's end, pays on the 15th or the next business day."""
    QUARTERLY = "quarterly", "Quarterly"
    """Closes at the quarter's end, pays on the 15th after it or the next business day."""
    ON_DEMAND = "on_demand", "Only when I ask"
    """No pay day: the creator asks."""


class MethodKind(models.TextChoices):
    IBAN = "iban", "Bank account (IBAN)"
    US_BANK = "us_bank", "US bank account"
    STRIPE = "stripe", "Stripe account"
    MANUAL = "manual", "Another bank account"
    """One that no rail reaches: staff pay by hand and keep the bank's receipt."""


class PayoutPolicy(models.Model):
    """Terms of one region from a moment on; a change is a new row. Amounts are in the smallest part of
    `currency`, but for the cap, which is in US cents because diamonds are valued in dollars."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region = models.CharField(
        max_length=2, help_text="An ISO 3166 country, or EU for the euro countries and the EU."
    )
    effective_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    minimum = models.BigIntegerField(help_text="The smallest gross amount that may be requested.")
    daily_cap_usd = models.BigIntegerField(
        help_text="The most a creator may request on one UTC day, in US cents."
    )
    schedule = models.CharField(
        max_length=10, choices=Schedule, help_text="Of creators who have chosen nothing."
    )
    schedules = ArrayField(
        models.CharField(max_length=10, choices=Schedule),
        help_text="What creators may choose. Who may not ask is paid on pay days alone.",
    )
    fee_fixed = models.BigIntegerField(default=0)
    fee_per_mille = models.PositiveSmallIntegerField(default=0, help_text="Of the gross amount.")
    fx_margin_per_mille = models.PositiveSmallIntegerField(
        default=0, help_text="Of the gross amount, where dollars are changed."
    )
    withholding_per_mille = models.PositiveSmallIntegerField(
        default=0, help_text="Tax withheld of the gross amount."
    )
    methods = ArrayField(
        models.CharField(max_length=10, choices=MethodKind),
        default=list,
        blank=True,
        help_text="Ways to pay, separated by commas; none: payouts wait for a rail.",
    )
    claws_back_disputes = models.BooleanField(
        default=False,
        help_text="Whether creators give back released gifts whose payment was lost to a dispute.",
    )
    review_above = models.BigIntegerField(
        default=0, help_text="Gross up to this is approved without a person, where nothing is to be noted."
    )
    second_approval_above = models.BigIntegerField(
        help_text="Gross above this needs two different approvers."
    )

    class Meta:
        verbose_name_plural = "payout policies"
        ordering = ("region", "-effective_at")
        constraints = [
            models.UniqueConstraint(fields=["region", "effective_at"], name="payout_policy_once"),
            models.CheckConstraint(
                condition=Q(
                    minimum__gt=0,
                    daily_cap_usd__gt=0,
                    fee_fixed__gte=0,
                    review_above__gte=0,
                    second_approval_above__gte=F("review_above"),
                ),
                name="payout_policy_amounts",
            ),
            models.CheckConstraint(
                condition=Q(
                    fee_per_mille__lte=1000, fx_margin_per_mille__lte=1000, withholding_per_mille__lte=1000
                ),
                name="payout_policy_shares",
            ),
            models.CheckConstraint(
                condition=Q(schedules__contains=[F("schedule")]) & Q(schedules__contained_by=Schedule.values),
                name="payout_policy_schedules",
                violation_error_message="The schedule is one of those that creators may choose.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} in {self.currency} from {self.effective_at:%Y-%m-%d}"
