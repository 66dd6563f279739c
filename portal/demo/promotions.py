"""Three offers on coins that the demo's buyers find: for everybody, for newcomers, while stock lasts."""

import datetime as dt
from functools import partial

from portal.demo import Act
from portal.models import User
from wallets.models import Promotion, Region
from wallets.operations.promotions import announce_promotion


def acts(people: dict[str, User], now: dt.datetime) -> list[Act]:
    """Nothing where some were announced before."""
    return [] if Promotion.objects.exists() else [(now - dt.timedelta(days=2), partial(_announce, people))]


def _announce(people: dict[str, User], start: dt.datetime) -> None:
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
