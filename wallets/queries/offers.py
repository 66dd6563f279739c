"""What a buyer gets for how much at a moment: packages with the best promotion open to them, and amounts of
their own choice."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from django.conf import settings
from django.db.models import Q

from wallets.models import CoinPackage, Promotion
from wallets.queries.packages import packages_for
from wallets.queries.promotions import promotions_between, promotions_open_to

LOOK_BACK = dt.timedelta(days=30)
"""How far before a reduction its prior price is looked for: Art. 6a of Directive 98/6/EC."""


@dataclass(frozen=True)
class Offer:
    """`coins`, `bonus_coins` among them, for `price`; `list_price` where the promotion takes something off.

    `lowest_price` is the lowest that everybody could have this package for in the 30 days before the
    promotion began; None where nothing is taken off, or where it was not on sale then. All prices are in the
    smallest part of `currency`."""

    package: CoinPackage
    coins: int
    price: int
    promotion: Promotion | None = None
    list_price: int | None = None
    lowest_price: int | None = None

    @property
    def currency(self) -> str:
        return self.package.currency

    @property
    def shown(self) -> str:
        """What a page has told, for its form to repeat."""
        return f"{self.package.pk}:{self.coins}:{self.price}"

    @property
    def paid_coins(self) -> int:
        return self.coins - self.bonus_coins

    @property
    def bonus_coins(self) -> int:
        return (self.promotion.bonus_coins if self.promotion else None) or 0

    @property
    def price_of_100(self) -> int:
        """What 100 of its coins cost, to compare offers by, rounded to the smallest part."""
        return round(Fraction(self.price * 100, self.coins))

    @property
    def price_before(self) -> int | None:
        """The price to show crossed out: that from which `percent_off` is counted."""
        if self.list_price is None or self.lowest_price is None:
            return self.list_price
        return self.lowest_price if self.lowest_price > self.price else None

    @property
    def percent_off(self) -> int:
        """The reduction that may be announced: below the lowest price of the 30 days, not below the list's
        (Aldi Süd, C-330/23, EU:C:2024:804). 0 where there is none."""
        if self.lowest_price is None or self.lowest_price <= self.price:
            return 0
        return (self.lowest_price - self.price) * 100 // self.lowest_price


def offers_for(viewer, at: dt.datetime) -> list[Offer]:
    """Every package on sale in the viewer's country, smallest first, at the best price they can have."""
    return offers_of(viewer, packages_for(str(viewer.country), at), at)


def offers_of(viewer, packages: Iterable[CoinPackage], at: dt.datetime) -> list[Offer]:
    """The same of some packages of one price list."""
    promotions = promotions_open_to(viewer, at)
    return _with_lowest([_best(package, promotions) for package in packages])


def offer_of(viewer, package_id: uuid.UUID, at: dt.datetime) -> Offer | None:
    """None where this package is not on sale in the viewer's country."""
    return next((offer for offer in offers_for(viewer, at) if offer.package.pk == package_id), None)


def amount_limits(offers: list[Offer]) -> tuple[int, int]:
    """The smallest and the largest number of coins that may be typed; (0, 0) where nothing is sold."""
    return (offers[0].package.coins, settings.COINS_AT_ONCE) if offers else (0, 0)


def amount_offer(offers: list[Offer], coins: int) -> Offer | None:
    """So many coins at the list's rate of the largest package not above them, rounded up, but never dearer
    than the next larger package. A package's very size is that package, promotion and all. None outside
    `amount_limits`."""
    smallest, largest = amount_limits(offers)
    if not offers or not smallest <= coins <= largest:
        return None
    base = next(offer for offer in reversed(offers) if offer.package.coins <= coins)
    if base.package.coins == coins:
        return base
    price = ceil(Fraction(base.package.price * coins, base.package.coins))
    above = [offer.package.price for offer in offers if offer.package.coins > coins]
    return Offer(base.package, coins, min([price, *above[:1]]))


def _best(package: CoinPackage, promotions: Iterable[Promotion]) -> Offer:
    """The most coins for the money; promotions do not add up."""
    plain = Offer(package, package.coins, package.price)
    promoted = [
        Offer(package, promotion.coins_of(package), promotion.price_of(package), promotion)
        for promotion in promotions
        if promotion.covers(package)
    ]
    best = min([plain, *promoted], key=lambda offer: Fraction(offer.price, offer.coins))
    return replace(best, list_price=package.price) if best.price < package.price else best


def _with_lowest(offers: list[Offer]) -> list[Offer]:
    starts = [offer.promotion.starts_at for offer in offers if offer.list_price]
    if not starts:
        return offers
    since, until = min(starts) - LOOK_BACK, max(starts)
    listed = CoinPackage.objects.filter(
        Q(available_until__isnull=True) | Q(available_until__gt=since),
        region=offers[0].package.region,
        available_from__lt=until,
    )
    # What only a first purchase could have was not the price for everybody.
    past = promotions_between(since, until).filter(percent_off__isnull=False, first_purchase_only=False)
    history = list(listed), list(past)
    return [
        replace(offer, lowest_price=_lowest(offer.package, offer.promotion.starts_at, *history))
        if offer.list_price
        else offer
        for offer in offers
    ]


def _lowest(
    package: CoinPackage, before: dt.datetime, listed: list[CoinPackage], past: list[Promotion]
) -> int | None:
    """Over the 30 days before that moment."""
    prices = []
    for row in listed:
        since, until = max(row.available_from, before - LOOK_BACK), min(row.available_until or before, before)
        if row.coins == package.coins and since < until:
            prices.append(row.price)
            prices += [
                promotion.price_of(row)
                for promotion in past
                if promotion.covers(row)
                and max(since, promotion.starts_at) < min(until, promotion.last_moment or until)
            ]
    return min(prices, default=None)
