from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from uuid_utils.compat import uuid7

from wallets.models.packages import CoinPackage
from wallets.models.promotions import Promotion
from wallets.states import PURCHASE_TONES, EventOutcome, PurchaseState


class CoinPurchase(models.Model):
    """One wish to buy coins: what was on offer when it was made, and how its payment went.

    `coins` is what is credited, `bonus_coins` of them on top of what was paid for; `price` is what is charged
    for all of them and `list_price`, where the `promotion` took something off, what it would have been; both
    in the smallest part of `currency`. None of them ever changes. An amount that the buyer typed belongs to
    the package whose rate it has. While `holds_stock`, it counts in the promotion's `taken`.
    `provider_reference` and `checkout_url` are the provider's, empty until it has answered.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="coin_purchases"
    )
    package = models.ForeignKey(CoinPackage, on_delete=models.PROTECT, related_name="purchases")
    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, null=True, related_name="purchases")
    holds_stock = models.BooleanField(default=False)
    coins = models.BigIntegerField()
    bonus_coins = models.BigIntegerField(default=0)
    price = models.BigIntegerField()
    list_price = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    provider = models.CharField(max_length=20)
    provider_reference = models.CharField(max_length=255, blank=True, default="")
    payment_reference = models.CharField(
        max_length=255, blank=True, default="", help_text="The provider's name for the payment itself."
    )
    charge_reference = models.CharField(
        max_length=255, blank=True, default="", help_text="Its name for the charge, which disputes may go by."
    )
    checkout_url = models.URLField(max_length=2000, blank=True, default="")
    state = models.CharField(max_length=10, choices=PurchaseState, default=PurchaseState.CREATED)
    reason = models.CharField(max_length=200, blank=True, default="", help_text="Why it failed.")
    key = models.CharField(max_length=120)
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="When we last asked the provider about it.")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer", "key"], name="coin_purchase_key_once"),
            models.UniqueConstraint(
                fields=["provider", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="coin_purchase_reference_once",
            ),
            *(
                models.UniqueConstraint(
                    fields=["provider", f"{name}_reference"],
                    condition=~Q(**{f"{name}_reference": ""}),
                    name=f"coin_purchase_{name}_once",
                )
                for name in ("payment", "charge")
            ),
            models.CheckConstraint(
                condition=Q(coins__gt=0, price__gt=0), name="coin_purchase_is_worth_something"
            ),
            models.CheckConstraint(
                condition=Q(bonus_coins__gte=0, coins__gt=F("bonus_coins"))
                & (Q(list_price__isnull=True) | Q(list_price__gt=F("price"), promotion__isnull=False)),
                name="coin_purchase_reduced",
            ),
            models.CheckConstraint(
                condition=Q(holds_stock=False) | Q(promotion__isnull=False),
                name="coin_purchase_stock_of_promotion",
            ),
            models.CheckConstraint(
                condition=Q(state=PurchaseState.PAID, entry__isnull=False, closed_at__isnull=False)
                | (~Q(state=PurchaseState.PAID) & Q(entry__isnull=True)),
                name="coin_purchase_paid_with_entry",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PurchaseState.values), name="coin_purchase_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["viewer", "-id"], name="coin_purchase_of_viewer"),
            models.Index(
                fields=["asked_at", "created_at"],
                condition=Q(state__in=[PurchaseState.CREATED, PurchaseState.PENDING]),
                name="coin_purchase_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coins:,} coins, {self.get_state_display().lower()}"

    def get_absolute_url(self) -> str:
        return reverse("wallets:purchase", args=[self.pk])

    @property
    def tone(self) -> str:
        return PURCHASE_TONES[PurchaseState(self.state)]

    @property
    def reference(self) -> str:
        """What people call it by, as on its receipt: "2026-1A2B3C4D5E". Ids are random at their end."""
        return f"{self.created_at:%Y}-{self.pk.hex[-10:].upper()}"

    @property
    def paid_coins(self) -> int:
        """Those that the price was for."""
        return self.coins - self.bonus_coins


class ProviderEvent(models.Model):
    """What a payment provider told us, once per its own id, as it was received. `raw` is emptied after a
    time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=20)
    purchase = models.ForeignKey(CoinPurchase, on_delete=models.PROTECT, null=True, related_name="events")
    payment_reference = models.CharField(max_length=255, blank=True, default="")
    charge_reference = models.CharField(max_length=255, blank=True, default="")
    raw = models.TextField(help_text="The body as received.")
    outcome = models.CharField(max_length=10, choices=EventOutcome)
    note = models.CharField(max_length=300, blank=True, default="")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=EventOutcome.values), name="provider_event_outcome_known"
            ),
        ]
        indexes = [
            models.Index(fields=["outcome", "-id"], name="provider_event_by_outcome"),
            models.Index(fields=["id"], condition=Q(outcome="waiting"), name="provider_event_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"
