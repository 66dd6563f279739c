from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from uuid_utils.compat import uuid7

from wallets.models.purchases import CoinPurchase
from wallets.states import REFUNDS_UNDER_WAY, RefundState


class CoinRefund(models.Model):
    """Money of one purchase on its way back to where it came from: `amount` in the smallest part of the
    purchase's currency, for `coins` of it.

    Its id is the provider's idempotency key. `reason` is what the viewer is told."""

    class Origin(models.TextChoices):
        VIEWER = "viewer", "Asked for by the viewer"
        PROVIDER = "provider", "Started at the provider"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purchase = models.ForeignKey(CoinPurchase, on_delete=models.PROTECT, related_name="refunds")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.VIEWER)
    coins = models.BigIntegerField()
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=RefundState)
    reason = models.CharField(max_length=500, blank=True, default="")
    key = models.CharField(max_length=120, blank=True, default="")
    provider_reference = models.CharField(max_length=255, blank=True, default="")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="When we last asked the provider about it.")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        permissions = [("decide_coinrefund", "Can approve and reject refunds of coins")]
        constraints = [
            models.UniqueConstraint(
                fields=["purchase", "key"], condition=~Q(key=""), name="coin_refund_key_once"
            ),
            models.UniqueConstraint(
                fields=["purchase", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="coin_refund_reference_once",
            ),
            models.UniqueConstraint(
                fields=["purchase"],
                condition=Q(origin="viewer", state__in=REFUNDS_UNDER_WAY),
                name="coin_refund_one_under_way",
            ),
            models.CheckConstraint(condition=Q(coins__gt=0, amount__gt=0), name="coin_refund_amounts"),
            models.CheckConstraint(condition=Q(state__in=RefundState.values), name="coin_refund_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["sent_at"], condition=Q(state__in=["approved", "sending"]), name="coin_refund_to_do"
            ),
            models.Index(
                fields=["requested_at"], condition=Q(state="requested"), name="coin_refund_to_decide"
            ),
        ]

    def __str__(self) -> str:
        return f"Refund of {self.coins:,} coins, {self.get_state_display().lower()}"

    def get_absolute_url(self) -> str:
        return reverse("wallets:refund", args=[self.pk])

    @property
    def currency(self) -> str:
        return self.purchase.currency
