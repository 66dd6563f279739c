"""What merchants offer to creators who send them buyers, and which creators take part."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from ledger.encryption import EncryptedTextField


class AffiliateProgramme(models.Model):
    """One merchant's offer. Orders are told in `currency` alone. Links lead to `hosts`, and nowhere else;
    `click_parameter` names the click in the merchant's address."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        """No links, no clicks, no coupon codes; orders of earlier clicks still count."""
        ENDED = "ended", "Ended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField("merchant", max_length=80, unique=True)
    about = models.CharField(max_length=300, help_text="What the merchant sells, in one sentence.")
    terms = models.TextField(help_text="Creators accept these when they join.")
    landing_url = models.URLField(max_length=500)
    hosts = ArrayField(
        models.CharField(max_length=253), help_text="Where links may lead, such as shop.example"
    )
    click_parameter = models.SlugField(max_length=40, default="click_id")
    currency = models.CharField(max_length=3)
    window_days = models.PositiveSmallIntegerField(
        default=30, help_text="Until when after a click an order counts as its creator's."
    )
    hold_days = models.PositiveSmallIntegerField(
        default=30, help_text="How long after the order its commission becomes payable."
    )
    approves_itself = models.BooleanField(
        default=True, help_text="Approve what raised no signal when its hold ends. Otherwise staff approve."
    )
    state = models.CharField(max_length=6, choices=State, default=State.ACTIVE)
    stopped_at = models.DateTimeField(null=True, editable=False)
    """Since when it is paused or ended: codes count for what was ordered before."""
    secret = EncryptedTextField(editable=False)
    previous_secret = EncryptedTextField(editable=False, blank=True, default="")
    previous_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)
        verbose_name = "affiliate programme"
        constraints = [
            models.CheckConstraint(condition=Q(window_days__range=(1, 365)), name="affiliate_window"),
            models.CheckConstraint(condition=Q(hold_days__range=(0, 365)), name="affiliate_hold"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="affiliate_currency"),
            models.CheckConstraint(condition=Q(hosts__len__gt=0), name="affiliate_hosts"),
        ]

    def __str__(self) -> str:
        return self.name


class AffiliateRate(models.Model):
    """What a programme pays from a moment on, in lines. Announced, never changed: the next one follows it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(AffiliateProgramme, on_delete=models.PROTECT, related_name="rates")
    effective_at = models.DateTimeField()
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ("programme", "-effective_at")
        verbose_name = "affiliate rate"
        constraints = [
            models.UniqueConstraint(fields=["programme", "effective_at"], name="affiliate_rate_once"),
            models.CheckConstraint(
                condition=Q(effective_at__gte=models.F("announced_at")), name="affiliate_rate_ahead"
            ),
        ]
        triggers = [pgtrigger.Protect(name="rate_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.programme} from {self.effective_at:%Y-%m-%d}"


class AffiliateRateLine(models.Model):
    """Basis points (hundredths of a per cent) of the sale, or a fixed amount: an order, or a piece where the
    line names a `product`. It holds once the creator's sales of the month have reached `from_sales`, in the
    programme's smallest part."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rate = models.ForeignKey(AffiliateRate, on_delete=models.PROTECT, related_name="lines")
    product = models.CharField(max_length=80, blank=True, default="")
    from_sales = models.BigIntegerField(default=0)
    basis_points = models.PositiveIntegerField(null=True, blank=True)
    fixed = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("product", "from_sales")
        constraints = [
            models.UniqueConstraint(fields=["rate", "product", "from_sales"], name="affiliate_line_once"),
            models.CheckConstraint(
                condition=Q(basis_points__range=(1, 10_000), fixed__isnull=True)
                | Q(basis_points__isnull=True, fixed__gt=0),
                name="affiliate_line_kind",
            ),
            models.CheckConstraint(condition=Q(from_sales__gte=0), name="affiliate_line_from"),
        ]
        triggers = [pgtrigger.Protect(name="line_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.product or 'everything'} from {self.from_sales}"


class AffiliateMembership(models.Model):
    """A creator who takes part, under the terms as they stood when they joined."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(AffiliateProgramme, on_delete=models.PROTECT, related_name="memberships")
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="affiliate_memberships"
    )
    terms = models.TextField()
    joined_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["programme", "creator"], name="affiliate_membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.creator} at {self.programme}"
