"""Invoices that the platform writes to itself in its creators' names."""

import secrets

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from payouts.models.identity import IdentityVersion
from payouts.models.requests import ALPHABET, PayoutRequest


def new_prefix() -> str:
    """Tells one creator's series from another's."""
    return "SB" + "".join(secrets.choice(ALPHABET) for _ in range(6))


class InvoiceSeries(models.Model):
    """The numbers of one creator's invoices. `last` is taken under lock in the transaction that writes the
    invoice, so that none is ever left out."""

    creator = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    prefix = models.CharField(max_length=12, unique=True, default=new_prefix)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "invoice series"

    def __str__(self) -> str:
        return self.prefix


class SelfBillingInvoice(models.Model):
    """For one payout that was paid: `amount` is its gross in the smallest part of `currency`. A payout that
    came back is credited: an invoice of its own in the same series, with a negative amount.

    Names are kept as they were on that day; `identity` is what had been proved of the supplier by then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    series = models.ForeignKey(InvoiceSeries, on_delete=models.PROTECT, related_name="invoices")
    number = models.PositiveIntegerField()
    payout = models.ForeignKey(PayoutRequest, on_delete=models.PROTECT, related_name="invoices")
    credits = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="credited_by"
    )
    issued_at = models.DateTimeField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    supplier_name = models.CharField(max_length=140)
    identity = models.ForeignKey(IdentityVersion, on_delete=models.PROTECT, null=True, related_name="+")
    supplier_country = models.CharField(max_length=2, blank=True, default="")
    customer_name = models.CharField(max_length=140)
    customer_details = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-id",)
        verbose_name = "self-billing invoice"
        permissions = [("export_taxes", "Can take the yearly reports to tax offices")]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="invoice_number_once"),
            models.UniqueConstraint(
                fields=["payout"], condition=Q(credits__isnull=True), name="invoice_of_payout_once"
            ),
            models.CheckConstraint(
                condition=Q(credits__isnull=True, amount__gt=0) | Q(credits__isnull=False, amount__lt=0),
                name="invoice_amount",
            ),
            models.CheckConstraint(condition=~Q(credits=F("id")), name="invoice_credits_another"),
        ]
        triggers = [
            pgtrigger.Protect(name="invoice_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def supplier(self) -> str:
        """Name and address as far as they had been proved, in lines."""
        proved = self.identity
        if proved is None:
            return f"{self.supplier_name}\n{self.supplier_country}".strip()
        where = f"{proved.postal_code} {proved.city}".strip()
        name = proved.company_name or proved.legal_name
        return "\n".join(filter(None, (name, proved.street, where, proved.country)))

    @property
    def name(self) -> str:
        """Its number as it is written: unique among all creators."""
        return f"{self.series.prefix}-{self.number:05d}"
