"""What a deal's creator keeps beside it, and what its brand may see of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from ledger.encryption import EncryptedTextField
from partnerships.models.deals import BrandDeal


class DealFile(models.Model):
    """A contract, a brief, a picture of a label: sealed in the vault, shown to the creator alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deal = models.ForeignKey(BrandDeal, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=140)
    file = models.CharField(max_length=120, unique=True)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["deal", "digest"], name="deal_file_once")]

    def __str__(self) -> str:
        return self.name


class DealShare(models.Model):
    """Whoever holds the link sees the deal's deliverables, dates and invoices, until it expires or is
    revoked, or staff freeze it. It is looked up by its digest; its creator may read the sealed `token`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deal = models.ForeignKey(BrandDeal, on_delete=models.CASCADE, related_name="shares")
    digest = models.CharField(max_length=64, unique=True)
    token = EncryptedTextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    frozen_reason = models.CharField(max_length=300, blank=True, default="")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "share link"
        permissions = [("freeze_dealshare", "Can freeze share links")]
        constraints = [
            models.UniqueConstraint(
                fields=["deal"], condition=Q(revoked_at__isnull=True), name="deal_share_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"Link to {self.deal}"
