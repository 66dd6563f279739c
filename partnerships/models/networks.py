"""Commissions of affiliate networks elsewhere, as their files say. The ledger knows nothing of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from uuid_utils.compat import uuid7

from partnerships.network_states import TONES, CommissionState, Network


class NetworkCommission(models.Model):
    """What the last file says of one commission; what files said before is in their rows. `amount` is in the
    smallest part of `currency`, below zero for what was taken back; the sale's may be another currency.
    `external_id` is the network's own, or where it has none a digest of the row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="network_commissions"
    )
    network = models.CharField(max_length=10, choices=Network)
    external_id = models.CharField(max_length=120)
    advertiser = models.CharField(max_length=200, blank=True, default="")
    label = models.CharField(max_length=200, blank=True, default="")
    reference = models.CharField(max_length=200, blank=True, default="")
    date = models.DateField()
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    sale = models.BigIntegerField(null=True, blank=True)
    sale_currency = models.CharField(max_length=3, blank=True, default="")
    state = models.CharField(max_length=8, choices=CommissionState)
    reason = models.CharField(max_length=200, blank=True, default="")
    told_at = models.DateTimeField()

    class Meta:
        ordering = ("-date", "-id")
        verbose_name = "network commission"
        constraints = [
            models.UniqueConstraint(
                fields=["creator", "network", "external_id"], name="network_commission_once"
            ),
            models.CheckConstraint(
                condition=Q(sale__isnull=True, sale_currency="")
                | Q(sale__isnull=False, sale_currency__gt=""),
                name="network_sale_has_a_currency",
            ),
        ]
        indexes = [models.Index(fields=["creator", "date"], name="network_commission_by_day")]

    def __str__(self) -> str:
        return f"{self.get_network_display()} {self.reference or self.external_id}"

    def get_absolute_url(self) -> str:
        return reverse("partnerships:network_commission", args=[self.pk])

    @property
    def identity(self) -> str:
        """As rows of imports name it."""
        return f"{self.network} {self.external_id}"

    @property
    def tone(self) -> str:
        return TONES[CommissionState(self.state)]


class NetworkPayday(models.Model):
    """The creator's word that a network has paid what it approved up to and including a day. Not every
    network's file tells it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(max_length=10, choices=Network)
    until_date = models.DateField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["creator", "network"], name="network_payday_once")]

    def __str__(self) -> str:
        return f"{self.get_network_display()} until {self.until_date}"
