"""Promotions as staff announce them."""

import datetime as dt

from tests.factories.purchases import NOW
from wallets.models import Promotion
from wallets.operations.promotions import announce_promotion


def terms(**facts) -> Promotion:
    """A fifth off 700 coins in euros for a week from NOW, but for `facts`."""
    told = {
        "name": "Spring",
        "region": "EU",
        "package_coins": 700,
        "starts_at": NOW,
        "ends_at": NOW + dt.timedelta(days=7),
    }
    if "bonus_coins" not in facts:
        told["percent_off"] = 20
    return Promotion(**told | facts)


def promoted(**facts) -> Promotion:
    """The same, announced at its start."""
    promotion = terms(**facts)
    return announce_promotion(promotion=promotion, at=promotion.starts_at, by=None)
