"""Sending a gift: a viewer's coins go, a creator's diamonds come, in one statement."""

import datetime as dt
import uuid
from base64 import urlsafe_b64encode
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b

from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, connection
from django.db.transaction import atomic
from uuid_utils.compat import uuid7

from ledger.chart import COINS_REDEEMED, CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED, VIEWER_COINS, Account
from ledger.operations import (
    IdempotencyConflict,
    KeyTaken,
    UnknownAccount,
    open_accounts,
)
from ledger.queries import NoRate, entry_of
from ledger.rates import convert
from ledger.units import COIN, DIAMOND
from wallets.messages import has_contacts, masked, visible, words
from wallets.models import CreatorSettings, Gift, GiftType
from wallets.models.gifts import LARGEST_QUANTITY, MESSAGE_LENGTH
from wallets.operations.refusals import Blocked, CoolingOff, UnableToSend, reason

_SCALE = convert(1, COIN, DIAMOND, Decimal(1))


class UnableToSendGift(UnableToSend):
    """The gift was refused and nothing moved."""


class InvalidQuantity(UnableToSendGift):
    """None, or too many at once."""

    code = "invalid_quantity"

    def __init__(self) -> None:
        super().__init__(f"Send 1 to {LARGEST_QUANTITY} at once.")


class MessageTooLong(UnableToSendGift):
    """A message beside a gift has a length."""

    code = "message_too_long"

    def __init__(self) -> None:
        super().__init__(f"Keep the message within {MESSAGE_LENGTH} characters.")


class ContactsInMessage(UnableToSendGift):
    """Links, addresses and numbers lead people away."""

    code = "contacts_in_message"

    def __init__(self) -> None:
        super().__init__("Leave links, email addresses and phone numbers out of the message, then send.")


class OwnGift(UnableToSendGift):
    """Nobody gives to themselves."""

    code = "own_gift"

    def __init__(self) -> None:
        super().__init__("You can't send a gift to yourself.")


class NotACreator(UnableToSendGift):
    """They take no gifts, or not any more."""

    code = "not_a_creator"

    def __init__(self) -> None:
        super().__init__("This person does not take gifts at the moment.")


class NotOnSale(UnableToSendGift):
    """This kind of gift is not on sale now."""

    code = "not_on_sale"

    def __init__(self, gift_type: GiftType) -> None:
        super().__init__(f"{gift_type} is not on sale at the moment. Choose another gift.")


class GiftsOff(UnableToSendGift):
    """The creator takes none for a while."""

    code = "gifts_off"

    def __init__(self, creator: AbstractBaseUser, note: str = "") -> None:
        super().__init__(f"{creator} takes no gifts at the moment." + (f" “{note}”" if note else ""))


class WorthNothing(UnableToSendGift):
    """So few coins would bring the creator less than can be counted."""

    code = "worth_nothing"

    def __init__(self, creator: AbstractBaseUser) -> None:
        super().__init__(f"At today's rate this would bring {creator} nothing. Send more at once.")


class UnwantedWords(UnableToSendGift):
    """The creator does not want one of the words."""

    code = "unwanted_words"

    def __init__(self, creator: AbstractBaseUser) -> None:
        super().__init__(
            f"{creator} does not want one of these words in messages. Change the message, then send."
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
    streak_id: uuid.UUID | None = None,
    anonymous: bool | None = None,
) -> Sent:
    """Send `quantity` gifts of one type. One statement, in autocommit where the caller opens no transaction.

    `key` (1 to 150 characters) is the viewer's own: the same key with the same creator, gift, quantity,
    message, streak and anonymity returns the first gift, even if its price, the rate or a rule has changed
    since. `message` is kept as it may be shown: without invisible characters, with stars for rude words.
    `streak_id` is what the taps of one run share (`wallets.queries.streaks` joins them). `anonymous`: as in
    the viewer's settings unless told.

    Raises UnableToSend (InvalidQuantity, MessageTooLong, ContactsInMessage, OwnGift, NotACreator, NotOnSale,
    GiftsOff, UnwantedWords, WorthNothing; Blocked, CoolingOff, CapReached, WalletFrozen, InsufficientCoins),
    ledger.operations.IdempotencyConflict, ledger.queries.NoRate.
    """
    written = visible(message)
    if not 1 <= quantity <= LARGEST_QUANTITY:
        raise InvalidQuantity
    if len(written) > MESSAGE_LENGTH:
        raise MessageTooLong
    if has_contacts(written):
        raise ContactsInMessage
    if viewer.pk == creator.pk:
        raise OwnGift
    gift = Gift(
        id=uuid7(),
        viewer=viewer,
        creator=creator,
        gift_type=gift_type,
        quantity=quantity,
        coins=gift_type.coins * quantity,
        message=masked(written),
        streak_id=streak_id,
        anonymous=anonymous,
        sent_at=at,
    )
    key = ledger_key(viewer.pk, key)
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
    while True:
        try:
            return _send(gift, key, accounts, words(written))
        except UnknownAccount:
            open_accounts(accounts)
        except KeyTaken:
            return _replayed(entry_of(key), gift)


def ledger_key(viewer_id: uuid.UUID, key: str) -> str:
    """The key of a gift's entry: a digest, for every gift pays for its length three times over."""
    digest = blake2b(f"{viewer_id}:{key}".encode(), digest_size=16).digest()
    return f"gift:{urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _refused(creator: AbstractBaseUser, gift_type: GiftType, at: dt.datetime) -> UnableToSendGift | None:
    if not (creator.is_creator and creator.is_active):
        return NotACreator()
    if not gift_type.on_sale(at):
        return NotOnSale(gift_type)
    return None


def _send(gift: Gift, key: str, accounts: list[Account], said: list[str]) -> Sent:
    statement = (
        "SELECT entry_id, outcome, rate, diamonds, stream_id, anonymous FROM wallets_send_gift("
        "%s::uuid, %s::text, %s::timestamptz, %s::uuid, %s::uuid, %s::uuid, %s::integer, %s::bigint,"
        " %s::text, %s::text[], %s::integer, %s::uuid, %s::uuid, %s::uuid, %s::uuid, %s::uuid, %s::boolean)"
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
        said,
        _SCALE,
        *(account.id for account in accounts),
        gift.streak_id,
        gift.anonymous,
    )
    # Autocommit is what makes a gift cheap; a caller's transaction, where there is one, survives a refusal.
    transaction_around = atomic() if connection.in_atomic_block else nullcontext()
    try:
        with transaction_around, connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            entry_id, outcome, rate, diamonds, stream_id, anonymous = cursor.fetchone()
    except DatabaseError as error:
        raise reason(error, viewer=gift.viewer, coins=gift.coins) from error
    if outcome == "posted":
        gift.rate, gift.diamonds, gift.stream_id, gift.anonymous = rate, diamonds, stream_id, anonymous
        return Sent(gift, replayed=False)
    if outcome == "replayed":
        return _replayed(entry_id, gift)
    raise _rule(outcome, gift)


def _rule(outcome: str, gift: Gift) -> Exception:
    """What an outcome of the function that moved nothing means."""
    match outcome:
        case "gifts_off":
            settings = CreatorSettings.objects.filter(creator_id=gift.creator_id).first()
            return GiftsOff(gift.creator, settings.note if settings else "")
        case "blocked":
            return Blocked(gift.creator)
        case "unwanted_words":
            return UnwantedWords(gift.creator)
        case "worthless":
            return WorthNothing(gift.creator)
        case "cooling_off":
            return CoolingOff(gift.viewer)
    return NoRate(f"No rate from coins to diamonds is in force at {gift.sent_at:%Y-%m-%d %H:%M} UTC.")


def _replayed(entry_id: uuid.UUID, wanted: Gift) -> Sent:
    """The gift first sent under this key, if the viewer then wanted the same. The price and the rate may have
    changed since, and so may the row of the catalogue: they are not the viewer's to repeat."""
    first = Gift.objects.select_related("gift_type").get(id=entry_id)
    same = first.anonymous if wanted.anonymous is None else wanted.anonymous
    if (
        first.creator_id,
        first.gift_type.slug,
        first.quantity,
        first.message,
        first.streak_id,
        first.anonymous,
    ) != (
        wanted.creator_id,
        wanted.gift_type.slug,
        wanted.quantity,
        wanted.message,
        wanted.streak_id,
        same,
    ):
        raise IdempotencyConflict("This key was used for another gift.")
    return Sent(first, replayed=True)
