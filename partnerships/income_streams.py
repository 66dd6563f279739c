"""Where a creator's other income comes from, and how far each amount has come."""

from django.db import models


class Stream(models.TextChoices):
    GIFTS = "gifts", "Gifts"
    """The ledger's own roll-up has these days; the others are kept as `IncomeDay`."""
    CREATOR_FUND = "creator_fund", "Creator fund"
    AD_REVENUE = "ad_revenue", "Ad revenue"
    BRAND_DEALS = "brand_deals", "Brand deals"
    MERCH = "merch", "Merch"
    AFFILIATE = "affiliate", "Affiliate"
    NETWORKS = "networks", "Affiliate networks"


PAID_HERE = frozenset({Stream.GIFTS, Stream.CREATOR_FUND, Stream.AD_REVENUE, Stream.AFFILIATE})
"""Their money goes through the ledger and is payable; the others' is paid elsewhere and only tracked."""


class IncomeState(models.TextChoices):
    PENDING = "pending", "Pending"
    """Earned, but it may still be corrected or has not been paid."""
    CREDITED = "credited", "Credited"
    """On the creator's available balance here, as far as it was not paid out since."""
    PAID = "paid", "Paid"
    """Received elsewhere."""
