"""Promotions as staff announce them."""

import datetime as dt

from tests.factories.purchases import NOW
from wallets.models import Promotion
from wallets.operations.promotions import announce_promotion


def terms(**facts) -> Promotion:
    """A fifth off 700 coins in euros for a week from NOW on, but for `facts`."""
    told = {
        "name": "Spring",
        "region": "EU",
        "package_coins": 700,
        "starts_at": NOW,
    } | facts
    if "bonus_coins" not in facts:
        told.setdefault("percent_off", 20)
    told.setdefault("ends_at", told["starts_at"] + dt.timedelta(days=7))
    return Promotion(**told)


def promoted(**facts) -> Promotion:
    """The same, announced at its start."""
    promotion = terms(**facts)
    return announce_promotion(promotion=promotion, at=promotion.starts_at, by=None)
