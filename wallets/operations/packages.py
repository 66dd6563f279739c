"""The price list changes by new rows, announced ahead; what was sold keeps the price it was sold at."""

import datetime as dt
import uuid

from django.db import transaction

from wallets.models import CoinPackage
from wallets.policy import profitable_price

NOTICE = dt.timedelta(days=7)


class UnableToChangePrice(Exception):
    """The price stays as it is; the words say why."""


def change_price(
    *, package_id: uuid.UUID, price: int, effective_at: dt.datetime, at: dt.datetime
) -> CoinPackage:
    """Announce that this package costs `price` (smallest part of its currency) from `effective_at` on, and
    return the row that will hold then. Announcing the same again returns that row.

    Raises UnableToChangePrice: too short a notice, a price announced already, or one at which a coin costs
    less than it pays out.
    """
    with transaction.atomic():
        package = CoinPackage.objects.select_for_update().get(pk=package_id)
        same = {"region": package.region, "coins": package.coins, "available_from": effective_at}
        if announced := CoinPackage.objects.filter(**same, price=price).first():
            return announced
        if package.available_until is not None:
            raise UnableToChangePrice(
                f"This price ends on {package.available_until:%Y-%m-%d %H:%M} UTC. Change the one after it."
            )
        if effective_at < at + NOTICE or effective_at <= package.available_from:
            raise UnableToChangePrice(
                f"Prices are announced at least {NOTICE.days} days ahead, and after the last change."
            )
        announced = CoinPackage(**same, currency=package.currency, price=price)
        if price <= 0 or profitable_price(announced):
            raise UnableToChangePrice(
                "At this price, or with a promotion of it, a coin would cost less than it pays out: gifts to "
                "oneself would be a profit."
            )
        package.available_until = effective_at
        package.save(update_fields=["available_until"])
        announced.save(force_insert=True)
        return announced
