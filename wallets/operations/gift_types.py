"""The catalogue of gifts changes by new rows; what was sent keeps the price it was sent at."""

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from wallets.models import GiftType
from wallets.operations.campaign_profit import refuse_profit


class UnableToChangeGift(Exception):
    """The gift stays as it is; the words say why."""


def add_gift(
    *,
    slug: str,
    name: str,
    coins: int,
    available_from: dt.datetime,
    at: dt.datetime,
    picture: str = "gift",
    available_until: dt.datetime | None = None,
) -> GiftType:
    """Sell a new gift for `coins` from `available_from` on. Adding the same again returns its row.

    Raises UnableToChangeGift: a moment that has passed, another price at that time, a price out of range,
    one that would make a campaign profitable to who gives to themselves.
    """
    facts = {"slug": slug, "name": name, "coins": coins, "picture": picture}
    wanted = GiftType(**facts, available_from=available_from, available_until=available_until)
    same = {"available_from": available_from, "available_until": available_until}
    if added := GiftType.objects.filter(**facts, **same).first():
        return added
    refuse_past_sale(available_from=available_from, at=at)
    return _saved(wanted)


def refuse_past_sale(*, available_from: dt.datetime, at: dt.datetime) -> None:
    """Raises UnableToChangeGift."""
    if available_from < at:
        raise UnableToChangeGift("A sale can't begin in the past: choose a moment from now on.")


def change_gift_price(
    *, gift_type_id: uuid.UUID, coins: int, effective_at: dt.datetime, at: dt.datetime
) -> GiftType:
    """Sell this gift for `coins` from `effective_at` on: its row ends then and a new one, which is returned,
    begins. Doing the same again returns that row.

    Raises UnableToChangeGift: a moment that has passed, a gift that ends already, a price out of range,
    one that would make a campaign profitable to who gives to themselves.
    """
    with transaction.atomic():
        gift_type = GiftType.objects.select_for_update().get(pk=gift_type_id)
        same = {"slug": gift_type.slug, "coins": coins, "available_from": effective_at}
        if announced := GiftType.objects.filter(**same).first():
            return announced
        _end(gift_type, effective_at, at)
        return _saved(GiftType(**same, name=gift_type.name, picture=gift_type.picture))


def end_gift_sale(*, gift_type_id: uuid.UUID, ends_at: dt.datetime, at: dt.datetime) -> GiftType:
    """Take this gift out of the catalogue from `ends_at` on. Doing the same again changes nothing more.

    Raises UnableToChangeGift: a moment that has passed, a gift that ends already."""
    with transaction.atomic():
        gift_type = GiftType.objects.select_for_update().get(pk=gift_type_id)
        if gift_type.available_until != ends_at:
            _end(gift_type, ends_at, at)
        return gift_type


def _end(gift_type: GiftType, moment: dt.datetime, at: dt.datetime) -> None:
    if gift_type.available_until is not None:
        raise UnableToChangeGift(
            f"This price ends on {gift_type.available_until:%Y-%m-%d %H:%M} UTC. Change the one after it."
        )
    if moment < at or moment <= gift_type.available_from:
        raise UnableToChangeGift("Choose a moment from now on, after the sale at this price began.")
    gift_type.available_until = moment
    gift_type.save(update_fields=["available_until"])


def _saved(gift_type: GiftType) -> GiftType:
    try:
        gift_type.full_clean()
    except ValidationError as error:
        raise UnableToChangeGift(" ".join(error.messages)) from error
    try:
        with transaction.atomic():
            gift_type.save()
            refuse_profit(UnableToChangeGift)
    except IntegrityError as error:
        raise UnableToChangeGift(
            "Somebody else has just announced this gift for that time. Look again."
        ) from error
    return gift_type
