"""Three offers on coins that the demo's buyers find: for everybody, for newcomers, while stock lasts."""

import datetime as dt

from portal.models import User
from wallets.models import Promotion, Region
from wallets.operations.promotions import announce_promotion


def announce(people: dict[str, User], now: dt.datetime) -> None:
    if Promotion.objects.exists():
        return
    start = now - dt.timedelta(days=2)
    week = {"starts_at": start, "ends_at": start + dt.timedelta(days=9)}
    for promotion in (
        Promotion(name="Autumn offer", percent_off=15, package_coins=1400, **week),
        Promotion(
            name="Welcome bonus", bonus_coins=70, package_coins=700, first_purchase_only=True, starts_at=start
        ),
        Promotion(
            name="While they last", bonus_coins=700, package_coins=7000, region=Region.EU, stock=25, **week
        ),
    ):
        announce_promotion(promotion=promotion, at=start, by=people["admin@demo.test"])
