from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class Region(models.TextChoices):
    """A price list. Each has one currency."""

    US = "US", "United States and everywhere else"
    EU = "EU", "Euro countries"
    GB = "GB", "United Kingdom"
    JP = "JP", "Japan"
    BR = "BR", "Brazil"


class CoinPackage(models.Model):
    """So many coins at so much, in one region, from one moment until another. A new price is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region = models.CharField(max_length=2, choices=Region)
    currency = models.CharField(max_length=3)
    coins = models.BigIntegerField()
    price = models.BigIntegerField(help_text="In the smallest part of the currency.")
    available_from = models.DateTimeField()
    available_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(coins__gt=0), name="coin_package_has_coins"),
            models.CheckConstraint(condition=Q(price__gt=0), name="coin_package_has_a_price"),
            models.CheckConstraint(
                condition=Q(available_until__isnull=True) | Q(available_until__gt=F("available_from")),
                name="coin_package_ends_after_its_start",
            ),
            # With each row ending where the next begins, one open end means no two prices at one moment.
            models.UniqueConstraint(
                fields=["region", "coins"],
                condition=Q(available_until__isnull=True),
                name="coin_package_open_once",
            ),
            models.UniqueConstraint(
                fields=["region", "coins", "available_from"], name="coin_package_starts_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coins:,} coins ({self.region})"

    @property
    def price_of_100(self) -> int:
        """What 100 of its coins cost, to compare packages by, rounded to the smallest part."""
        return round(Fraction(self.price * 100, self.coins))
