"""The price list changes by new rows, announced ahead; what was sold keeps the price it was sold at."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction

from wallets.models import CoinPackage, Region
from wallets.operations.campaign_profit import refuse_profit
from wallets.policy.prices import profitable_price
from wallets.queries.packages import currency_of

NOTICE = dt.timedelta(days=7)


class UnableToChangePrice(Exception):
    """The price list stays as it is; the words say why. `field` names what is wrong, where one thing is."""

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


def add_package(
    *, region: Region, coins: int, price: int, available_from: dt.datetime, at: dt.datetime
) -> CoinPackage:
    """Sell a new size of package in a region, for `price` (smallest part of the region's currency) from
    `available_from` on. It raises nobody's price, so it needs no notice. Adding the same again returns it.

    Raises UnableToChangePrice: a size that is on the list, a moment that has passed, a price at which a coin
    costs less than it pays out, or a campaign's reward makes up for it."""
    same = {"region": region, "coins": coins, "available_from": available_from}
    if added := CoinPackage.objects.filter(**same, price=price).first():
        return added
    if CoinPackage.objects.filter(region=region, coins=coins, available_until=None).exists():
        raise UnableToChangePrice(
            "This size is on the list of the region already: announce a new price for it.", "coins"
        )
    if available_from < at:
        raise UnableToChangePrice("A sale can't begin in the past.", "first_date")
    new = CoinPackage(**same, currency=currency_of(region), price=price)
    _refuse_profit(new)
    try:
        with transaction.atomic():
            new.save(force_insert=True)
            refuse_profit(_refused_price)
    except IntegrityError as error:
        raise UnableToChangePrice("Somebody else has just added this size.", "coins") from error
    return new


def change_price(
    *, package_id: uuid.UUID, price: int, effective_at: dt.datetime, at: dt.datetime
) -> CoinPackage:
    """Announce that this package costs `price` (smallest part of its currency) from `effective_at` on, and
    return the row that will hold then. Announcing the same again returns that row.

    Raises UnableToChangePrice: too short a notice, a price announced already, or one at which a coin costs
    less than it pays out, or a campaign's reward makes up for it.
    """
    with transaction.atomic():
        package = CoinPackage.objects.select_for_update().get(pk=package_id)
        same = {"region": package.region, "coins": package.coins, "available_from": effective_at}
        if announced := CoinPackage.objects.filter(**same, price=price).first():
            return announced
        announced = CoinPackage(**same, currency=package.currency, price=price)
        _refuse_profit(announced)
        _end(package, effective_at, at)
        announced.save(force_insert=True)
        refuse_profit(_refused_price)
        return announced


def end_package_sale(*, package_id: uuid.UUID, ends_at: dt.datetime, at: dt.datetime) -> CoinPackage:
    """Take this package off its price list from `ends_at` on. Doing the same again changes nothing more.

    Raises UnableToChangePrice: too short a notice, a price that ends already."""
    with transaction.atomic():
        package = CoinPackage.objects.select_for_update().get(pk=package_id)
        if package.available_until != ends_at:
            _end(package, ends_at, at)
        return package


def _end(package: CoinPackage, moment: dt.datetime, at: dt.datetime) -> None:
    if package.available_until is not None:
        raise UnableToChangePrice(
            f"This price ends on {package.available_until:%Y-%m-%d %H:%M} UTC. Change the one after it."
        )
    if moment < at + NOTICE or moment <= package.available_from:
        raise UnableToChangePrice(
            f"Prices are announced at least {NOTICE.days} days ahead, and after the last change.",
            "first_date",
        )
    package.available_until = moment
    package.save(update_fields=["available_until"])


def _refused_price(words: str) -> UnableToChangePrice:
    return UnableToChangePrice(words, "price")


def _refuse_profit(package: CoinPackage) -> None:
    if package.price <= 0 or profitable_price(package):
        raise UnableToChangePrice(
            "At this price, or with a promotion of it, a coin would cost less than it pays out: gifts to "
            "oneself would be a profit.",
            "price",
        )
