"""Where a creator's other income comes from, and how far each amount has come."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Part:
    """What a stream's rows of one UTC day add up to, in the currency's smallest part."""

    creator_id: uuid.UUID
    date: dt.date
    currency: str
    state: IncomeState
    amount: int
    rows: int


@dataclass(frozen=True)
class Line:
    """One row that brought income, or took it back: what it was in few words, and the page that shows it."""

    date: dt.date
    label: str
    currency: str
    state: IncomeState
    amount: int
    url: str


@dataclass(frozen=True)
class Party:
    """What one brand, shop, network or programme brought on a UTC day, in the currency's smallest part."""

    name: str
    date: dt.date
    currency: str
    amount: int


@dataclass(frozen=True)
class Source:
    """`sums` of one creator (None: of all) on these days (None: on all); `lines` of a creator between two
    days, both inclusive, newest first. `parties` between two days, where a stream has several of them."""

    sums: Callable[[uuid.UUID | None, Collection[dt.date] | None], Iterable[Part]]
    lines: Callable[[uuid.UUID, dt.date, dt.date], Iterable[Line]]
    parties: Callable[[uuid.UUID, dt.date, dt.date], Iterable[Party]] | None = None
