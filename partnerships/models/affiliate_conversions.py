"""Orders that creators brought, what they earn by them, and what merchants told of both."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from ledger.encryption import EncryptedTextField
from partnerships.affiliate_states import TONES, ConversionState, Outcome, SignalKind
from partnerships.models.affiliate_links import AffiliateClick, AffiliateCoupon, AffiliateLink
from partnerships.models.affiliate_programmes import AffiliateProgramme, AffiliateRate


class AffiliatePostback(models.Model):
    """What a merchant told us, as received and signed. `body` may hold a buyer's address: it rests encrypted,
    and is emptied after a time. `digest` tells the same body again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(AffiliateProgramme, on_delete=models.PROTECT, related_name="postbacks")
    event_id = models.CharField(max_length=100)
    type = models.CharField(max_length=40, blank=True, default="")
    order_id = models.CharField(max_length=100, blank=True, default="")
    body = EncryptedTextField()
    digest = models.CharField(max_length=64)
    emptied = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.RECEIVED)
    code = models.CharField(max_length=40, blank=True, default="")
    detail = models.CharField(max_length=300, blank=True, default="")
    handled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = "affiliate postback"
        permissions = [("replay_affiliatepostback", "Can handle postbacks anew")]
        constraints = [
            models.UniqueConstraint(fields=["programme", "event_id"], name="affiliate_postback_once")
        ]
        indexes = [
            models.Index(
                fields=["programme", "order_id"],
                condition=Q(outcome__in=["parked", "unattributed"]),
                name="affiliate_parked",
            ),
            models.Index(fields=["id"], condition=Q(outcome="received"), name="affiliate_unhandled"),
            models.Index(fields=["received_at"], condition=Q(emptied=False), name="affiliate_with_body"),
        ]

    def __str__(self) -> str:
        return f"{self.type or 'postback'} {self.event_id}"


class AffiliateConversion(models.Model):
    """An order that a creator brought. Amounts in the smallest part of `currency`; `commission` as reckoned
    by `rate` when it was recorded (`reckoning` says how), of which `reversed` was taken back. From
    `payable_at` on it may become available."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(AffiliateProgramme, on_delete=models.PROTECT, related_name="conversions")
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="affiliate_conversions"
    )
    link = models.ForeignKey(AffiliateLink, on_delete=models.PROTECT, null=True, related_name="conversions")
    click = models.ForeignKey(AffiliateClick, on_delete=models.PROTECT, null=True, related_name="+")
    coupon = models.ForeignKey(
        AffiliateCoupon, on_delete=models.PROTECT, null=True, related_name="conversions"
    )
    order_id = models.CharField(max_length=100)
    amount = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    items = models.JSONField(default=list)
    rate = models.ForeignKey(AffiliateRate, on_delete=models.PROTECT, related_name="+")
    reckoning = models.JSONField()
    commission = models.BigIntegerField()
    reversed = models.BigIntegerField(default=0)
    buyer = models.CharField(max_length=64, blank=True, default="")
    address = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=8, choices=ConversionState, default=ConversionState.HELD)
    needs_review = models.BooleanField(default=False)
    converted_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    payable_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True, default="")
    credited_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-converted_at", "-id")
        verbose_name = "affiliate conversion"
        permissions = [("decide_affiliateconversion", "Can approve and reject affiliate conversions")]
        constraints = [
            models.UniqueConstraint(fields=["programme", "order_id"], name="affiliate_order_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, refunded__gte=0, refunded__lte=F("amount")),
                name="affiliate_refunded",
            ),
            models.CheckConstraint(
                condition=Q(commission__gte=0, reversed__gte=0, reversed__lte=F("commission")),
                name="affiliate_reversed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["payable", "reversed"]) | Q(credited_at__isnull=True),
                name="affiliate_credited",
            ),
            models.CheckConstraint(
                condition=~Q(state="payable") | Q(credited_at__isnull=False), name="affiliate_payable"
            ),
        ]
        indexes = [
            models.Index(fields=["creator", "converted_at"], name="affiliate_by_creator"),
            models.Index(
                fields=["payable_at"], condition=Q(state__in=["held", "approved"]), name="affiliate_due"
            ),
            models.Index(fields=["buyer"], condition=~Q(buyer=""), name="affiliate_by_buyer"),
        ]

    def __str__(self) -> str:
        return f"Order {self.order_id}"

    @property
    def kept(self) -> int:
        return self.commission - self.reversed

    @property
    def tone(self) -> str:
        return TONES[ConversionState(self.state)]


class AffiliateReversal(models.Model):
    """A commission that was taken back, in whole or in part, on its own day."""

    class Cause(models.TextChoices):
        REFUND = "refund", "Refunded"
        CANCELLATION = "cancellation", "Cancelled"
        REJECTION = "rejection", "Rejected"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversion = models.ForeignKey(AffiliateConversion, on_delete=models.PROTECT, related_name="reversals")
    postback = models.OneToOneField(
        AffiliatePostback, on_delete=models.PROTECT, null=True, related_name="reversal"
    )
    cause = models.CharField(max_length=12, choices=Cause)
    refunded = models.BigIntegerField(default=0)
    commission = models.BigIntegerField()
    owed = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0, commission__gte=0, owed__gte=0, owed__lte=F("commission")),
                name="affiliate_reversal_amounts",
            ),
            models.CheckConstraint(
                condition=Q(commission=0, entry__isnull=True) | Q(commission__gt=0, entry__isnull=False),
                name="affiliate_reversal_booked",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="reversal_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} on {self.at:%Y-%m-%d}"


class AffiliateSignal(models.Model):
    """Something noticed about a conversion when it was recorded. It sends it to a reviewer, no more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversion = models.ForeignKey(AffiliateConversion, on_delete=models.PROTECT, related_name="signals")
    kind = models.CharField(max_length=16, choices=SignalKind)
    evidence = models.CharField(max_length=300)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["conversion", "kind"], name="affiliate_signal_once")]

    def __str__(self) -> str:
        return self.get_kind_display()
