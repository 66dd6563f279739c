"""Brands, and what a creator agrees with them: the creator's own word, which moves no money here."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_countries.fields import CountryField
from uuid_utils.compat import uuid7

from partnerships.deal_states import Stage


class Brand(models.Model):
    """Who pays. `tax_number` and `billing_address` stand on invoices as they are written here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="brands")
    name = models.CharField(max_length=120)
    website = models.URLField(blank=True, default="")
    country = CountryField(blank=True, default="")
    tax_number = models.CharField(max_length=40, blank=True, default="")
    billing_address = models.TextField(max_length=500, blank=True, default="")
    note = models.TextField(max_length=2000, blank=True, default="")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("creator", models.functions.Lower("name"), name="brand_named_once")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:brand", args=[self.pk])


class Contact(models.Model):
    """A person at a brand."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=80, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class BrandDeal(models.Model):
    """`value` is what was agreed, without tax, in the smallest part of `currency`. Whoever changes a deal
    names the `version` that they read."""

    class Source(models.TextChoices):
        INBOUND = "inbound", "The brand asked"
        OUTREACH = "outreach", "I asked"
        AGENCY = "agency", "Agency or manager"
        MARKETPLACE = "marketplace", "Marketplace"
        REPEAT = "repeat", "Again, after an earlier deal"
        OTHER = "other", "Something else"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="brand_deals"
    )
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="deals")
    title = models.CharField(max_length=140)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.LEAD)
    value = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    category = models.CharField(max_length=60, blank=True, default="")
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.INBOUND)
    notes = models.TextField(max_length=5000, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["creator", "stage", "-moved_at"], name="deal_board")]
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="deal_value"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="deal_stage"),
            models.CheckConstraint(
                condition=Q(start_date__isnull=True)
                | Q(end_date__isnull=True)
                | Q(end_date__gte=F("start_date")),
                name="deal_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partnerships:deal", args=[self.pk])


class DealEvent(models.Model):
    """What happened to a deal, in its order. `actor` is empty for the brand and for what happens by itself;
    a move names both stages, anything else neither."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deal = models.ForeignKey(BrandDeal, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=200)
    from_stage = models.CharField(max_length=12, choices=Stage, blank=True, default="")
    to_stage = models.CharField(max_length=12, choices=Stage, blank=True, default="")
    note = models.TextField(max_length=2000, blank=True, default="")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.what
