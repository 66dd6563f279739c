"""Promotions are announced and may be ended early; what they promised, and what was sold by them, stays."""

import datetime as dt
import uuid

from django.db import transaction

from wallets.models import CoinPackage, Promotion
from wallets.operations.campaign_profit import refuse_profit
from wallets.policy.prices import profitable_promotion


class UnableToPromote(Exception):
    """The promotion is not announced, or not ended; the words say why."""


def announce_promotion(*, promotion: Promotion, at: dt.datetime, by) -> Promotion:
    """Save terms that nobody has seen yet, announced by the member of staff `by`. The same name, scope and
    start again return what was announced.

    Raises UnableToPromote.
    """
    with transaction.atomic():
        # Against a price that is announced at the same moment.
        list(CoinPackage.objects.select_for_update().filter(available_until__isnull=True).order_by("id"))
        known = Promotion.objects.filter(
            name=promotion.name,
            region=promotion.region,
            package_coins=promotion.package_coins,
            starts_at=promotion.starts_at,
        ).first()
        if known is not None:
            return known
        assert_promotion(promotion, at=at)
        promotion.announced_at, promotion.announced_by = at, by
        promotion.save(force_insert=True)
    return promotion


def assert_promotion(promotion: Promotion, *, at: dt.datetime) -> None:
    """Whether these terms may be announced. Raises UnableToPromote."""
    if promotion.starts_at < at:
        raise UnableToPromote("A promotion can't begin in the past: choose a moment from now on.")
    covered = [
        package
        for package in CoinPackage.objects.filter(available_until__isnull=True)
        if promotion.covers(package)
    ]
    if not covered:
        raise UnableToPromote("There is no package of this size in this price list.")
    if promotion.percent_off:
        for package in covered:
            if promotion.price_of(package) == package.price:
                raise UnableToPromote(f"Of the price of {package} so little is nothing. Take off more.")
    package = profitable_promotion(promotion)
    if package is not None:
        raise UnableToPromote(
            f"{package} would cost less than they pay out: gifts to oneself would be a profit. Take off "
            "less, or give fewer coins on top."
        )
    refuse_profit(UnableToPromote, promotion)


def end_promotion(*, promotion_id: uuid.UUID, ends_at: dt.datetime, at: dt.datetime) -> Promotion:
    """Let the promotion hold until `ends_at` only. Purchases begun before keep its price. Saying the same
    again changes nothing.

    Raises UnableToPromote: it is over, or that moment has passed or comes after its end.
    """
    with transaction.atomic():
        promotion = Promotion.objects.select_for_update().get(pk=promotion_id)
        if promotion.ended_at == ends_at:
            return promotion
        last = promotion.last_moment
        if ends_at < at:
            raise UnableToPromote("It can't have ended in the past: choose a moment from now on.")
        if last is not None and last <= ends_at:
            raise UnableToPromote(f"It ends on {last:%Y-%m-%d %H:%M} UTC already.")
        promotion.ended_at = ends_at
        promotion.save(update_fields=["ended_at"])
    return promotion
