"""What stores sent us, byte for byte."""

from django.db import models
from django.urls import reverse
from uuid_utils.compat import uuid7

from ledger.encryption import unseal
from partnerships.merch_states import DeliveryOutcome
from partnerships.models.merch import MerchOrder, Store


class RawDelivery(models.Model):
    """A signed message of a store. `sealed` is its body, encrypted: it names buyers. `headers` are those that
    say what it is. The same message under the same `delivery_id` is kept once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="deliveries")
    delivery_id = models.CharField(max_length=100)
    topic = models.CharField(max_length=60, blank=True, default="")
    headers = models.JSONField(default=dict)
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=7, choices=DeliveryOutcome, default=DeliveryOutcome.WAITING)
    reason = models.CharField(max_length=300, blank=True, default="")
    handled_at = models.DateTimeField(null=True, blank=True)
    order = models.ForeignKey(
        MerchOrder, on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )

    class Meta:
        verbose_name_plural = "raw deliveries"
        permissions = [("replay_rawdelivery", "Can play deliveries of stores again")]
        constraints = [
            models.UniqueConstraint(fields=["store", "delivery_id", "digest"], name="delivery_once")
        ]
        indexes = [
            models.Index(
                fields=["received_at"], condition=models.Q(outcome="waiting"), name="delivery_waiting"
            ),
            models.Index(fields=["store", "-received_at"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.topic or 'delivery'} {self.delivery_id}"

    def get_absolute_url(self) -> str:
        return reverse("partnerships:delivery", args=[self.pk])

    @property
    def body(self) -> bytes:
        """As received. Raises ledger.encryption.UnableToDecrypt."""
        return unseal(bytes(self.sealed))
