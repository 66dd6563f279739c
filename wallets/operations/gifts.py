"""Sending a gift: a viewer's coins go, a creator's diamonds come, in one statement."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from uuid_utils.compat import uuid7

from ledger.operations import NOT_OPEN, IdempotencyConflict, open_accounts
from ledger.queries import NoRate, entry_of
from wallets.messages import has_contacts, masked, visible, words
from wallets.models import CreatorSettings, Gift, GiftType
from wallets.models.gifts import LARGEST_QUANTITY, MESSAGE_LENGTH
from wallets.operations.gift_posting import Answer, accounts_of, ledger_key, post_gift
from wallets.operations.refusals import Blocked, CoolingOff, UnableToSend, reason


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
    while (answer := post_gift(gift, key, words(written))).outcome == NOT_OPEN:
        open_accounts(accounts_of(gift))
    match answer.outcome:
        case "posted":
            gift.rate, gift.diamonds = answer.rate, answer.diamonds
            gift.stream_id, gift.anonymous = answer.stream_id, answer.anonymous
            return Sent(gift, replayed=False)
        case "replayed":
            return _replayed(answer.entry_id, gift)
        case "taken":
            return _replayed(entry_of(key), gift)
    raise _rule(answer, gift)


def _refused(creator: AbstractBaseUser, gift_type: GiftType, at: dt.datetime) -> UnableToSendGift | None:
    if not (creator.is_creator and creator.is_active):
        return NotACreator()
    if not gift_type.on_sale(at):
        return NotOnSale(gift_type)
    return None


def _rule(answer: Answer, gift: Gift) -> Exception:
    """What an outcome that moved nothing means."""
    match answer.outcome:
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
        case "unrated":
            return NoRate(f"No rate from coins to diamonds is in force at {gift.sent_at:%Y-%m-%d %H:%M} UTC.")
    return reason(answer.outcome, answer.detail, viewer=gift.viewer, coins=gift.coins)


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
