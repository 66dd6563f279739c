import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from wallets.models.gifts import Gift
from wallets.models.purchases import CoinPurchase
from wallets.states import DisputeState


class Dispute(models.Model):
    """A buyer's bank takes a payment back, or tries to: `amount` in the smallest part of the purchase's
    currency, for `coins` of it. `withdrawn`: the provider said that the money left."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purchase = models.ForeignKey(CoinPurchase, on_delete=models.PROTECT, related_name="disputes")
    provider_reference = models.CharField(max_length=255)
    amount = models.BigIntegerField()
    coins = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=DisputeState)
    withdrawn = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True, default="", help_text="The bank's word for it.")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True, help_text="Until when the provider takes evidence.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="When we last asked the provider about it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purchase", "provider_reference"], name="dispute_once"),
            models.CheckConstraint(
                condition=Q(coins__gt=0, amount__gt=0) & ~Q(provider_reference=""), name="dispute_amounts"
            ),
            models.CheckConstraint(condition=Q(state__in=DisputeState.values), name="dispute_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["inquiry", "open"]), name="dispute_undecided"
            ),
        ]

    def __str__(self) -> str:
        return f"Dispute {self.provider_reference}, {self.get_state_display().lower()}"

    @property
    def currency(self) -> str:
        return self.purchase.currency


class Recovery(models.Model):
    """What answers for `coins` of a purchase whose money was claimed back: coins still in the wallet (no
    gift), or a gift that they paid for. `recovered` of them came back: all of the wallet's; of a gift as many
    as the `diamonds` (hundredths) that were still pending. `put_back_at`: the claim fell, and so did this."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purchase = models.ForeignKey(CoinPurchase, on_delete=models.PROTECT, related_name="recoveries")
    number = models.PositiveIntegerField()
    gift = models.ForeignKey(
        Gift, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="recoveries"
    )
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    coins = models.BigIntegerField()
    recovered = models.BigIntegerField()
    diamonds = models.BigIntegerField(default=0)
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    put_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "recoveries"
        indexes = [
            models.Index(
                fields=["creator", "at"], condition=Q(creator__isnull=False), name="recovery_of_creator"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "number"], name="recovery_number_once"),
            models.CheckConstraint(
                condition=Q(coins__gt=0, recovered__gte=0, recovered__lte=F("coins"), diamonds__gte=0),
                name="recovery_amounts",
            ),
            models.CheckConstraint(
                condition=Q(gift__isnull=True, creator__isnull=True, entry__isnull=False)
                | Q(gift__isnull=False, creator__isnull=False),
                name="recovery_of_coins_or_gift",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recovered:,} of {self.coins:,} coins"


class Loss(models.Model):
    """What claims cost the platform, in the smallest part of the purchase's currency; negative where less was
    lost than had been booked. Its id is that of its ledger entry."""

    id = models.UUIDField(primary_key=True, editable=False)
    purchase = models.ForeignKey(CoinPurchase, on_delete=models.PROTECT, related_name="losses")
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "losses"
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="loss_of_something")]
        triggers = [pgtrigger.Protect(name="loss_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.amount} {self.purchase.currency}"
