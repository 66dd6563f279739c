"""What creators ask brands to pay, and what they told us was paid."""

from functools import reduce
from operator import or_

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from uuid_utils.compat import uuid7

from ledger.encryption import EncryptedTextField
from partnerships.deal_states import InvoiceState
from partnerships.models.deals import Brand, BrandDeal

WORDS = (
    "creator", "deal", "brand", "credits", "prefix", "number", "issue_date", "due_date", "currency",
    "tax_percent", "net", "tax", "gross", "reference", "seller_name", "customer_name",
    "customer_details", "footer",
)  # fmt: skip
"""What an issued invoice says: the database lets nobody change it."""
_ANOTHER = reduce(or_, (pgtrigger.Q(**{f"old__{word}__df": pgtrigger.F(f"new__{word}")}) for word in WORDS))


class InvoiceSeries(models.Model):
    """A creator's numbers, and what stands on each of their invoices. `last` is taken under lock in the
    transaction that issues, so that none is ever left out. Once one was taken the prefix stays."""

    creator = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    prefix = models.CharField(max_length=12)
    last = models.PositiveIntegerField(default=0)
    seller_name = models.CharField(max_length=140, blank=True, default="")
    seller_address = EncryptedTextField(blank=True, default="")
    tax_number = EncryptedTextField(blank=True, default="")
    payment_details = EncryptedTextField(blank=True, default="")
    payment_days = models.PositiveSmallIntegerField(default=30)
    tax_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    footer = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name_plural = "invoice series"

    def __str__(self) -> str:
        return self.prefix


class Invoice(models.Model):
    """Amounts in the smallest part of `currency`: `gross` = `net` + `tax`; `paid` is the sum of its payments
    and `paid_net` their share of `net`. A draft has neither number nor date. An invoice that was issued keeps
    its words and amounts for ever; a credit note is another one of the same series, with amounts below zero.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="brand_invoices"
    )
    deal = models.ForeignKey(BrandDeal, on_delete=models.PROTECT, related_name="invoices")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="invoices")
    credits = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="credited_by"
    )
    state = models.CharField(max_length=12, choices=InvoiceState, default=InvoiceState.DRAFT)
    prefix = models.CharField(max_length=12, blank=True, default="")
    number = models.PositiveIntegerField(null=True, blank=True)
    issue_date = models.DateField(null=True, blank=True)
    due_date = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    tax_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    net = models.BigIntegerField()
    tax = models.BigIntegerField()
    gross = models.BigIntegerField()
    paid = models.BigIntegerField(default=0)
    paid_net = models.BigIntegerField(default=0)
    reference = models.CharField(max_length=80, blank=True, default="")
    seller_name = models.CharField(max_length=140, blank=True, default="")
    seller_details = EncryptedTextField(blank=True, default="")
    payment_details = EncryptedTextField(blank=True, default="")
    footer = models.CharField(max_length=300, blank=True, default="")
    customer_name = models.CharField(max_length=140, blank=True, default="")
    customer_details = models.TextField(blank=True, default="")
    made_at = models.DateTimeField()
    reminded_date = models.DateField(null=True, blank=True, editable=False)
    """On which the creator was last reminded that it is open."""

    class Meta:
        indexes = [
            models.Index(fields=["creator", "-issue_date"], name="brand_invoice_by_day"),
            models.Index(
                fields=["due_date"],
                name="brand_invoice_open",
                condition=Q(state__in=("issued", "partly_paid")),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["creator", "number"], name="brand_invoice_number_once"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="brand_invoice_adds_up"),
            models.CheckConstraint(
                condition=Q(credits__isnull=True, net__gt=0, tax__gte=0)
                | Q(credits__isnull=False, net__lt=0, tax__lte=0),
                name="brand_invoice_sign",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", number__isnull=True, issue_date__isnull=True)
                | Q(number__isnull=False, issue_date__isnull=False, due_date__isnull=False)
                & ~Q(state="draft"),
                name="brand_invoice_numbered_when_issued",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "cancelled"), paid=0)
                | Q(state="issued", paid=0)
                | Q(state="partly_paid", paid__gt=0, paid__lt=F("gross"))
                | Q(state="paid", paid=F("gross"), paid_net=F("net"))
                | Q(state="written_off", paid__gte=0, paid__lt=F("gross")),
                name="brand_invoice_paid",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="brand_invoice_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__number__isnull=False) & _ANOTHER,
            ),
            pgtrigger.Protect(
                name="brand_invoice_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:invoice", args=[self.pk])

    @property
    def name(self) -> str:
        """Its number as it is written."""
        return f"{self.prefix}-{self.number:05d}" if self.number else "Draft"

    @property
    def open(self) -> int:
        """What is still to be paid, tax included."""
        return (
            self.gross - self.paid if self.state in {"issued", "partly_paid"} and not self.credits_id else 0
        )


class InvoiceLine(models.Model):
    """`amount` is `quantity` times `unit_price`, without tax."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    text = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField(default=1)
    unit_price = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=F("quantity") * F("unit_price")), name="invoice_line_amount"
            )
        ]

    def __str__(self) -> str:
        return self.text


class InvoicePayment(models.Model):
    """Money that came, tax included; one that was written down wrongly is taken back by another row below
    zero. `net` is its share of the invoice's net: those of a paid invoice add up to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    amount = models.BigIntegerField()
    net = models.BigIntegerField()
    paid_date = models.DateField()
    reference = models.CharField(max_length=140, blank=True, default="")
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="taken_back_by"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(takes_back__isnull=True, amount__gt=0)
                | Q(takes_back__isnull=False, amount__lt=0),
                name="invoice_payment_sign",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="invoice_payment_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.paid_date}"
