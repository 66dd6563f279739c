"""Where a creator's money goes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from ledger.encryption import EncryptedJSONField, EncryptedTextField
from payouts.models.policies import MethodKind


class PayoutMethod(models.Model):
    """An account to pay to. It is never edited: a change is a new row that retires the old one.

    `details` is what the rail of its kind needs (`payouts.destinations`): `{"iban", "bic"}`, or `{"routing",
    "account", "account_type"}`, or the `{"account"}` of Stripe, or `{"bank_name", "bank_code", "account"}`.
    `fingerprint` is the digest by which one account shared by two creators is found; `usable_from` the end
    of the lock after a change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payout_methods"
    )
    kind = models.CharField(max_length=10, choices=MethodKind)
    holder = EncryptedTextField()
    details = EncryptedJSONField()
    masked = models.CharField(max_length=40)
    bank_name = models.CharField(max_length=140, blank=True, default="")
    country = models.CharField(max_length=2)
    fingerprint = models.CharField(max_length=64, db_index=True)
    added_at = models.DateTimeField()
    usable_from = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(retired_at__isnull=True), name="payout_method_one_in_use"
            ),
        ]

    def __str__(self) -> str:
        return self.masked
