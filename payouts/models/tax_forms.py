"""What a creator signed for the tax office."""

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from ledger.encryption import EncryptedTextField


class TaxFormKind(models.TextChoices):
    W9 = "w9", "Form W-9"
    """US persons: https://www.irs.gov/forms-pubs/about-form-w-9"""
    W8BEN = "w8ben", "Form W-8BEN"
    """Individuals outside the US: https://www.irs.gov/forms-pubs/about-form-w-8-ben"""
    DAC7 = "dac7", "EU tax self-declaration"
    """Council Directive (EU) 2021/514: the tax number and the state that issued it."""


class TaxClass(models.TextChoices):
    INDIVIDUAL = "individual", "Individual or sole proprietor"
    C_CORPORATION = "c_corporation", "C corporation"
    S_CORPORATION = "s_corporation", "S corporation"
    PARTNERSHIP = "partnership", "Partnership"
    TRUST = "trust", "Trust or estate"
    LLC = "llc", "Limited liability company"


class TaxFormState(models.TextChoices):
    SIGNED = "signed", "In force"
    REJECTED = "rejected", "Not accepted"
    SUPERSEDED = "superseded", "Replaced"


class TaxForm(models.Model):
    """In force from its signature until it expires, is replaced or is rejected. `country` issued the number;
    a W-8BEN may say why there is none. `digest` finds one number used by two creators."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=200, unique=True, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tax_forms")
    kind = models.CharField(max_length=10, choices=TaxFormKind)
    country = models.CharField(max_length=2)
    name = EncryptedTextField()
    tax_class = models.CharField(max_length=20, choices=TaxClass, default=TaxClass.INDIVIDUAL)
    number = EncryptedTextField(blank=True, default="")
    masked = models.CharField(max_length=40, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="", db_index=True)
    no_number_reason = models.CharField(max_length=200, blank=True, default="")
    vat_number = EncryptedTextField(blank=True, default="")
    backup_withholding = models.BooleanField(
        default=False, help_text="The IRS told the creator that it applies to them."
    )
    works_in_us = models.BooleanField(default=False, help_text="Some of the work is done inside the US.")
    signature = EncryptedTextField()
    signed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(max_length=10, choices=TaxFormState, default=TaxFormState.SIGNED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["creator"], condition=Q(state="signed"), name="tax_form_one_in_force"
            ),
            models.CheckConstraint(condition=Q(state__in=TaxFormState.values), name="tax_form_state"),
            models.CheckConstraint(
                condition=Q(masked="", digest="") | (~Q(masked="") & ~Q(digest="")),
                name="tax_form_number_is_found_again",
            ),
            models.CheckConstraint(
                condition=~Q(masked="") | (Q(kind="w8ben") & ~Q(no_number_reason="")),
                name="tax_form_number_or_reason",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="tax_form_written_once", exclude=["state", "decided_at", "decided_by", "reason"]
            ),
            pgtrigger.Protect(name="tax_form_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.creator}"

    @property
    def last_day(self) -> dt.date | None:
        """On which it holds still, in UTC."""
        return None if self.expires_at is None else (self.expires_at - dt.timedelta(microseconds=1)).date()
