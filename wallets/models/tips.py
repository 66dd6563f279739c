from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wallets.models.people import public_name


class CoinTip(models.Model):
    """Coins that one viewer gave to another. Its id is that of its ledger entry."""

    id = models.UUIDField(primary_key=True, editable=False)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    coins = models.BigIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sender", "sent_at"], name="coin_tip_of_sender")]
        constraints = [
            models.CheckConstraint(condition=Q(coins__gt=0), name="coin_tip_positive"),
            models.CheckConstraint(condition=~Q(sender=F("recipient")), name="coin_tip_to_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.coins} coins from {self.sender} to {self.recipient}"

    @property
    def sender_name(self) -> str:
        return public_name(self.sender)

    @property
    def recipient_name(self) -> str:
        return public_name(self.recipient)
