"""Addresses and codes that creators give to their audience, and who followed them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from partnerships.models.affiliate_programmes import AffiliateProgramme


class AffiliateLink(models.Model):
    """`/go/<code>/` leads to `target_url`, until its creator takes it down."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(AffiliateProgramme, on_delete=models.PROTECT, related_name="links")
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="affiliate_links"
    )
    code = models.CharField(max_length=16, unique=True)
    target_url = models.URLField(max_length=1000)
    label = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = "affiliate link"
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-zA-Z0-9]{6,16}$"), name="affiliate_link_code"
            )
        ]

    def __str__(self) -> str:
        return self.label or self.code

    @property
    def per_click(self) -> int | None:
        """Of what `queries.affiliate.links_of` reads: commissions by clicks, in the smallest part, rounded
        down."""
        return self.earned // self.click_count if self.click_count else None


class AffiliateCoupon(models.Model):
    """A code that the merchant gives a discount for, and that names its creator without a click."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(AffiliateProgramme, on_delete=models.PROTECT, related_name="coupons")
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="affiliate_coupons"
    )
    code = models.CharField(max_length=40, help_text="As buyers type it; kept in capitals.")
    from_at = models.DateTimeField("from")
    until_at = models.DateTimeField("until", null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = "coupon code"
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="affiliate_coupon_once"),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("from_at")),
                name="affiliate_coupon_span",
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9_-]+$"), name="affiliate_coupon_code"),
        ]

    def __str__(self) -> str:
        return self.code


class AffiliateClick(models.Model):
    """Somebody followed a link. `ip_hash` and `device_hash` are made under the day's salt: with it they are
    not even the same person's of the day before. `browser` is the digest of the number that browsers get when
    somebody logs in here; others have none. Where `dropped` says something, the click is not counted. Its
    orders have `window_days` and `hold_days`: those of its programme when somebody followed it."""

    class Dropped(models.TextChoices):
        BOT = "bot", "A program"
        PREFETCH = "prefetch", "Looked ahead"
        """The browser fetched the page in case somebody wants it."""
        REPEAT = "repeat", "Again within half an hour"
        OWN = "own", "The creator's own"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey(AffiliateLink, on_delete=models.PROTECT, related_name="clicks")
    at = models.DateTimeField()
    window_days = models.PositiveSmallIntegerField()
    hold_days = models.PositiveSmallIntegerField()
    country = models.CharField(max_length=2, blank=True, default="")
    referrer_host = models.CharField(max_length=253, blank=True, default="")
    ip_hash = models.CharField(max_length=32, blank=True, default="")
    device_hash = models.CharField(max_length=32, blank=True, default="")
    browser = models.CharField(max_length=64, blank=True, default="")
    dropped = models.CharField(max_length=8, choices=Dropped, blank=True, default="")

    class Meta:
        ordering = ("-id",)
        verbose_name = "affiliate click"
        indexes = [
            models.Index(fields=["link", "at"], name="affiliate_click_counted", condition=Q(dropped="")),
            models.Index(fields=["link", "ip_hash", "at"], name="affiliate_click_again"),
        ]

    def __str__(self) -> str:
        return f"{self.link_id} at {self.at:%Y-%m-%d %H:%M}"


class AffiliateSalt(models.Model):
    """What the addresses of one UTC day are hashed with. Deleted when the day is over: from then on nobody
    can tell whose they were."""

    date = models.DateField(primary_key=True)
    value = models.BinaryField()

    def __str__(self) -> str:
        return f"salt of {self.date}"
