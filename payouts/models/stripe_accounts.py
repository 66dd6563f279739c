from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7


class StripeAccount(models.Model):
    """A creator's account at Stripe. Its country can't be changed there: who moves opens another.
    `reference` is Stripe's, empty until Stripe has answered."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stripe_accounts"
    )
    country = models.CharField(max_length=2)
    reference = models.CharField(max_length=64, null=True, blank=True, unique=True)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["owner", "country"], name="stripe_account_one_per_country")
        ]

    def __str__(self) -> str:
        return self.reference or "not answered yet"
