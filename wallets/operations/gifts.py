"""Sending a gift: a viewer's coins go, a creator's diamonds come, in one statement."""

import datetime as dt
import uuid
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, connection
from django.db.transaction import atomic
from uuid_utils.compat import uuid7

from ledger.chart import COINS_REDEEMED, CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED, VIEWER_COINS, Account
from ledger.operations import (
    IdempotencyConflict,
    InsufficientFunds,
    UnknownAccount,
    open_accounts,
    refusal,
)
from ledger.queries import NoRate, balance, entry_of
from ledger.rates import convert
from ledger.units import COIN, DIAMOND
from wallets.messages import visible
from wallets.models import Gift, GiftType
from wallets.models.gifts import LARGEST_QUANTITY, MESSAGE_LENGTH

_SCALE = convert(1, COIN, DIAMOND, Decimal(1))


class UnableToSendGift(Exception):
    """The gift was refused and nothing moved."""

    code = "refused"


class InvalidQuantity(UnableToSendGift):
    code = "invalid_quantity"

    def __init__(self) -> None:
        super().__init__(f"Send 1 to {LARGEST_QUANTITY} at once.")


class MessageTooLong(UnableToSendGift):
    code = "message_too_long"

    def __init__(self) -> None:
        super().__init__(f"Keep the message within {MESSAGE_LENGTH} characters.")


class OwnGift(UnableToSendGift):
    code = "own_gift"

    def __init__(self) -> None:
        super().__init__("You can't send a gift to yourself.")


class NotACreator(UnableToSendGift):
    code = "not_a_creator"

    def __init__(self) -> None:
        super().__init__("This person does not take gifts at the moment.")


class NotOnSale(UnableToSendGift):
    code = "not_on_sale"

    def __init__(self, gift_type: GiftType) -> None:
        super().__init__(f"{gift_type} is not on sale at the moment. Choose another gift.")


class InsufficientCoins(UnableToSendGift):
    """`missing` coins are needed on top of `balance` to send what costs `coins`."""

    code = "insufficient_coins"

    def __init__(self, *, coins: int, balance: int) -> None:
        self.coins, self.balance = coins, balance
        self.missing = max(coins - balance, 1)
        super().__init__(
            f"This costs {coins:,} coins and you have {balance:,}: {self.missing:,} more are needed."
        )


@dataclass(frozen=True)
class Sent:
    """`replayed`: the key had been used for the same gift, and this is the first."""

    gift: Gift
    replayed: bool


def send_gift(
    *,
    viewer: AbstractBaseUser,
    creator: AbstractBaseUser,
    gift_type: GiftType,
    quantity: int,
    key: str,
    at: dt.datetime,
    message: str = "",
) -> Sent:
    """Send `quantity` gifts of one type. One statement, in autocommit where the caller opens no transaction.

    `key` (1 to 150 characters) is the viewer's own: the same key with the same creator, gift, quantity and
    message returns the first gift, even if its price or the rate has changed since. `message` is kept without
    its invisible characters.

    Raises UnableToSendGift (InvalidQuantity, MessageTooLong, OwnGift, NotACreator, NotOnSale,
    InsufficientCoins), ledger.operations.IdempotencyConflict, ledger.queries.NoRate.
    """
    message = visible(message)
    if not 1 <= quantity <= LARGEST_QUANTITY:
        raise InvalidQuantity
    if len(message) > MESSAGE_LENGTH:
        raise MessageTooLong
    if viewer.pk == creator.pk:
        raise OwnGift
    gift = Gift(
        id=uuid7(),
        viewer=viewer,
        creator=creator,
        gift_type=gift_type,
        quantity=quantity,
        coins=gift_type.coins * quantity,
        message=message,
        sent_at=at,
    )
    key = f"gift:{viewer.pk}:{key}"
    if refused := _refused(creator, gift_type, at):
        # What may change must not refuse the repetition of what went well before it changed.
        if (first := entry_of(key)) is None:
            raise refused
        return _replayed(first, gift)
    accounts = [
        VIEWER_COINS.of(viewer.pk),
        COINS_REDEEMED.platform(),
        DIAMONDS_ISSUED.platform(),
        CREATOR_DIAMONDS_PENDING.of(creator.pk),
    ]
    try:
        return _send(gift, key, accounts)
    except UnknownAccount:
        open_accounts(accounts)
        return _send(gift, key, accounts)


def _refused(creator: AbstractBaseUser, gift_type: GiftType, at: dt.datetime) -> UnableToSendGift | None:
    if not (creator.is_creator and creator.is_active):
        return NotACreator()
    if not gift_type.on_sale(at):
        return NotOnSale(gift_type)
    return None


def _send(gift: Gift, key: str, accounts: list[Account]) -> Sent:
    statement = (
        "SELECT entry_id, outcome, rate, diamonds FROM wallets_send_gift(%s::uuid, %s::text, %s::timestamptz,"
        " %s::uuid, %s::uuid, %s::uuid, %s::integer, %s::bigint, %s::text, %s::integer, %s::uuid[])"
    )
    parameters = (
        gift.id,
        key,
        gift.sent_at,
        gift.viewer_id,
        gift.creator_id,
        gift.gift_type_id,
        gift.quantity,
        gift.coins,
        gift.message,
        _SCALE,
        [account.id for account in accounts],
    )
    # Autocommit is what makes a gift cheap; a caller's transaction, where there is one, survives a refusal.
    transaction_around = atomic() if connection.in_atomic_block else nullcontext()
    try:
        with transaction_around, connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            entry_id, outcome, gift.rate, gift.diamonds = cursor.fetchone()
    except DatabaseError as error:
        reason = refusal(error)
        if isinstance(reason, InsufficientFunds):
            raise InsufficientCoins(coins=gift.coins, balance=balance(accounts[0])) from error
        raise reason from error
    if outcome == "unrated":
        raise NoRate(f"No rate from coins to diamonds is in force at {gift.sent_at:%Y-%m-%d %H:%M} UTC.")
    if outcome == "unknown":
        raise UnknownAccount
    if outcome != "posted":
        return _replayed(entry_id, gift)
    return Sent(gift, replayed=False)


def _replayed(entry_id: uuid.UUID, wanted: Gift) -> Sent:
    """The gift first sent under this key, if the viewer then wanted the same. The price and the rate may have
    changed since, and so may the row of the catalogue: they are not the viewer's to repeat."""
    first = Gift.objects.select_related("gift_type").get(id=entry_id)
    if (first.creator_id, first.gift_type.slug, first.quantity, first.message) != (
        wanted.creator_id,
        wanted.gift_type.slug,
        wanted.quantity,
        wanted.message,
    ):
        raise IdempotencyConflict("This key was used for another gift.")
    return Sent(first, replayed=True)
