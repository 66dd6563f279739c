import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class CoinRemoval(models.Model):
    """Coins that were taken back by their origin, not spent: of all that was ever credited to the viewer the
    coins from `credited_from` up to `credited_until`. `spent_from` is where the debit that took them lies
    among all that the viewer ever gave. One entry may take several such ranges, a row each.

    A take-back that was put back keeps its rows: the coins live on where its reversal credited them."""

    class Cause(models.TextChoices):
        DISPUTE = "dispute", "The payment was disputed"
        REFUND = "refund", "The payment was refunded"
        EXPIRY = "expiry", "The reward expired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="+")
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    credited_from = models.BigIntegerField()
    credited_until = models.BigIntegerField()
    spent_from = models.BigIntegerField()
    cause = models.CharField(max_length=10, choices=Cause)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(credited_from__gte=0, credited_until__gt=F("credited_from"), spent_from__gte=0),
                name="coin_removal_of_coins",
            ),
            models.UniqueConstraint(fields=["viewer", "credited_from"], name="coin_removal_once"),
            models.UniqueConstraint(fields=["viewer", "spent_from"], name="coin_removal_by_one_debit"),
        ]
        triggers = [
            pgtrigger.Protect(name="coin_removal_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.coins} coins: {self.get_cause_display().lower()}"

    @property
    def coins(self) -> int:
        return self.credited_until - self.credited_from
