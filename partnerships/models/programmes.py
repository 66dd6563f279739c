"""What the portal pays creators for beside gifts, and on which terms."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class ProgrammeKind(models.TextChoices):
    CREATOR_FUND = "creator_fund", "Creator fund"
    """Pays for qualified views, so much a thousand by the viewers' country."""
    AD_REVENUE = "ad_revenue", "Ad revenue"
    """Pays a share of what advertisers paid."""


class Programme(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=ProgrammeKind)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=400, help_text="What it pays for, as creators read it.")
    currency = models.CharField(max_length=3, help_text="ISO 4217; it never changes.")
    reviews_applications = models.BooleanField(
        default=False, help_text="Whether staff look at those who meet the criteria before they take part."
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)
        permissions = [
            ("manage_programmes", "Can add programmes and announce their terms"),
            ("import_metrics", "Can bring metrics of programmes, by file or API"),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeTerms(models.Model):
    """Who may take part and what it pays, from a UTC day on, until the next terms. Never edited. Amounts are
    in the smallest part of the programme's currency; an empty one means no limit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="terms")
    effective_date = models.DateField()
    followers = models.PositiveIntegerField(default=0, help_text="At least so many.")
    views = models.PositiveIntegerField(default=0, help_text="At least so many in the last 30 days.")
    age = models.PositiveSmallIntegerField(default=18, help_text="At least so many years.")
    countries = ArrayField(
        models.CharField(max_length=2),
        default=list,
        blank=True,
        help_text="Two letters each, separated by commas; none: everywhere.",
    )
    good_standing = models.BooleanField(
        default=True, help_text="Whether nothing may be owed or frozen on the account."
    )
    share_per_mille = models.PositiveSmallIntegerField(
        default=550, help_text="Of ad revenue, the creator's part."
    )
    daily_cap = models.BigIntegerField(null=True, blank=True, help_text="For one creator and day.")
    monthly_cap = models.BigIntegerField(null=True, blank=True, help_text="For one creator and month.")
    monthly_budget = models.BigIntegerField(
        null=True, blank=True, help_text="For all creators and a month; first come, first served."
    )
    second_approval_above = models.BigIntegerField(
        default=0, help_text="A month whose sum is above this needs two different approvers."
    )
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True, default="", help_text="What changes, and why.")

    class Meta:
        verbose_name = verbose_name_plural = "programme terms"
        ordering = ("programme", "-effective_date")
        constraints = [
            models.UniqueConstraint(fields=["programme", "effective_date"], name="programme_terms_once"),
            models.CheckConstraint(condition=Q(share_per_mille__lte=1000), name="programme_terms_share"),
            models.CheckConstraint(
                condition=(Q(daily_cap__isnull=True) | Q(daily_cap__gt=0))
                & (Q(monthly_cap__isnull=True) | Q(monthly_cap__gt=0))
                & (Q(monthly_budget__isnull=True) | Q(monthly_budget__gt=0))
                & (
                    Q(monthly_cap__isnull=True)
                    | Q(daily_cap__isnull=True)
                    | Q(monthly_cap__gte=F("daily_cap"))
                )
                & Q(second_approval_above__gte=0),
                name="programme_terms_limits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} from {self.effective_date:%Y-%m-%d}"


class ProgrammeRate(models.Model):
    """`rpm_micros`: millionths of the programme's currency for 1,000 qualified views from this country; an
    empty country stands for all that have no rate of their own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    terms = models.ForeignKey(ProgrammeTerms, on_delete=models.CASCADE, related_name="rates")
    country = models.CharField(max_length=2, blank=True, default="")
    rpm_micros = models.BigIntegerField()

    class Meta:
        ordering = ("country",)
        constraints = [
            models.UniqueConstraint(fields=["terms", "country"], name="programme_rate_once"),
            models.CheckConstraint(condition=Q(rpm_micros__gte=0), name="programme_rate_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.country or 'elsewhere'}: {self.rpm_micros}"
