import datetime as dt

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from wallets.models.packages import CoinPackage, Region

MOST_PERCENT = 90


class Promotion(models.Model):
    """A better offer on coin packages: so many per cent off, or so many coins on top.

    It holds from `starts_at` until `ends_at`, or until `ended_at` where staff ended it early. An empty
    `region` is every price list, no `package_coins` every size of package. `taken` counts the purchases that
    hold a piece of a limited `stock`. Its terms are never changed once announced.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, help_text="As buyers read it.")
    percent_off = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_PERCENT)]
    )
    bonus_coins = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    region = models.CharField(
        "price list", max_length=2, choices=Region, blank=True, default="", help_text="Empty: every list."
    )
    package_coins = models.BigIntegerField(
        "package", null=True, blank=True, help_text="The size of the package in coins. Empty: every size."
    )
    first_purchase_only = models.BooleanField(
        default=False, help_text="Only for those who have never bought coins."
    )
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField("until", null=True, blank=True)
    stock = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many purchases may have it. Empty: as many as come."
    )
    taken = models.PositiveIntegerField(default=0, editable=False)
    ended_at = models.DateTimeField("ended early", null=True, editable=False)
    announced_at = models.DateTimeField(editable=False)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    percent_off__isnull=False, percent_off__range=(1, MOST_PERCENT), bonus_coins__isnull=True
                )
                | Q(percent_off__isnull=True, bonus_coins__isnull=False, bonus_coins__gt=0),
                name="promotion_of_one_kind",
                violation_error_message="Give either a percentage or bonus coins.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="promotion_ends_after_its_start",
                violation_error_message="It must end after its start.",
            ),
            models.CheckConstraint(
                condition=Q(stock__isnull=True) | Q(taken__lte=F("stock")), name="promotion_never_oversold"
            ),
            models.UniqueConstraint(
                fields=["name", "region", "package_coins", "starts_at"],
                nulls_distinct=False,
                name="promotion_announced_once",
                violation_error_message="It has been announced already.",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="promotion_by_start")]
        triggers = [
            pgtrigger.ReadOnly(name="promotion_terms_kept", exclude=["taken", "ended_at"]),
            pgtrigger.Protect(name="promotion_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_moment(self) -> dt.datetime | None:
        """When it stops, for whichever reason; None while nobody knows."""
        return min((moment for moment in (self.ends_at, self.ended_at) if moment), default=None)

    @property
    def left(self) -> int | None:
        """How many purchases can still have it; None where as many as come."""
        return None if self.stock is None else self.stock - self.taken

    def covers(self, package: CoinPackage) -> bool:
        """Whether it is for packages like this one, whenever."""
        return self.region in ("", package.region) and self.package_coins in (None, package.coins)

    def price_of(self, package: CoinPackage) -> int:
        """Rounded down to the smallest part, so that the buyer has at least what was promised."""
        return package.price * (100 - (self.percent_off or 0)) // 100

    def coins_of(self, package: CoinPackage) -> int:
        """What the buyer receives, bonus included."""
        return package.coins + (self.bonus_coins or 0)
