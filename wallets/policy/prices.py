"""Which packages and promotions may be sold."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Q, QuerySet

from wallets.models import CoinPackage, Promotion
from wallets.policy.reckoning import Reckoning
from wallets.queries.promotions import promotions_between


class WayToBuy(NamedTuple):
    """A package by itself or by a promotion: its coins and price, and the moments between which it can be
    had; `ends` is None while nobody knows."""

    package: CoinPackage
    coins: int
    price: int
    begins: dt.datetime
    ends: dt.datetime | None


def packages_between(since: dt.datetime, until: dt.datetime | None) -> QuerySet[CoinPackage]:
    """Those on sale at some moment from `since` on and before `until`."""
    found = CoinPackage.objects.filter(Q(available_until__isnull=True) | Q(available_until__gt=since))
    return found if until is None else found.filter(available_from__lt=until)


def ways_to_buy(packages: Iterable[CoinPackage], promotions: Iterable[Promotion]) -> Iterator[WayToBuy]:
    promotions = list(promotions)
    for package in packages:
        yield WayToBuy(package, package.coins, package.price, package.available_from, package.available_until)
        for promotion in promotions:
            begins = max(package.available_from, promotion.starts_at)
            known = [moment for moment in (package.available_until, promotion.last_moment) if moment]
            ends = min(known, default=None)
            if promotion.covers(package) and (ends is None or begins < ends):
                yield WayToBuy(
                    package, promotion.coins_of(package), promotion.price_of(package), begins, ends
                )


def profitable_promotion(promotion: Promotion) -> CoinPackage | None:
    """The first package that this promotion, announced or not, would make cost less than it pays out."""
    packages = packages_between(promotion.starts_at, promotion.last_moment)
    reckoning = Reckoning()
    return next(
        (package for package in packages if _is_promoted_into_profit(reckoning, promotion, package)), None
    )


def profitable_price(package: CoinPackage) -> bool:
    """Whether the package, saved or not, would cost less than it pays out, also by promotions announced for
    then."""
    at, reckoning = package.available_from, Reckoning()
    if reckoning.is_profitable(coins=package.coins, price=package.price, currency=package.currency, at=at):
        return True
    promotions = promotions_between(at, package.available_until)
    return any(_is_promoted_into_profit(reckoning, promotion, package) for promotion in promotions)


def _is_promoted_into_profit(reckoning: Reckoning, promotion: Promotion, package: CoinPackage) -> bool:
    return promotion.covers(package) and reckoning.is_profitable(
        coins=promotion.coins_of(package),
        price=promotion.price_of(package),
        currency=package.currency,
        at=max(promotion.starts_at, package.available_from),
    )
