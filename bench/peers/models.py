"""The usual Django way: a balance on a row, locked, and a history beside it. No migrations: the bench makes
these tables and throws them away."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from wallets.models import GiftType


class Wallet(models.Model):
    class Unit(models.TextChoices):
        COIN = "coin"
        DIAMOND = "diamond"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=10, choices=Unit)
    balance = models.BigIntegerField(default=0)

    class Meta:
        app_label = "peers"
        constraints = [
            models.UniqueConstraint(fields=["owner", "unit"], name="peers_wallet_once"),
            models.CheckConstraint(condition=Q(balance__gte=0), name="peers_wallet_floor"),
        ]

    def __str__(self) -> str:
        return f"{self.balance} {self.unit}"


class UsualGift(models.Model):
    """A gift; also that of django-hordak's way, which keeps the money in its own tables."""

    key = models.CharField(max_length=200, unique=True)
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    gift_type = models.ForeignKey(GiftType, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    coins = models.BigIntegerField()
    diamonds = models.BigIntegerField()
    message = models.CharField(max_length=140, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        app_label = "peers"

    def __str__(self) -> str:
        return f"{self.quantity} × {self.gift_type}"


class Movement(models.Model):
    """One of the four lines of a gift. The platform keeps no wallet: its row would be everybody's."""

    gift = models.ForeignKey(UsualGift, on_delete=models.PROTECT, related_name="movements")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, null=True, related_name="movements")
    unit = models.CharField(max_length=10, choices=Wallet.Unit)
    amount = models.BigIntegerField()

    class Meta:
        app_label = "peers"

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"
