"""How a creator takes gifts: at all, with which words, and from whom."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser

from wallets.messages import visible, words
from wallets.models import Block, CreatorSettings, Gift
from wallets.models.creator_settings import NOTE_LENGTH

MOST_WORDS = 200
LONGEST_WORD = 40


class UnableToSetGifts(Exception):
    """Nothing changed. `code` names the rule, `field` what is at fault."""

    code = "refused"
    field = ""


class NoteTooLong(UnableToSetGifts):
    """The note to viewers has a length."""

    code = "note_too_long"
    field = "note"

    def __init__(self) -> None:
        super().__init__(f"Keep the note within {NOTE_LENGTH} characters.")


class InvalidWords(UnableToSetGifts):
    """Too many unwanted words, or one that is too long."""

    code = "invalid_words"
    field = "words"

    def __init__(self) -> None:
        super().__init__(f"Write up to {MOST_WORDS} words, each of at most {LONGEST_WORD} letters.")


class NotYourGift(UnableToSetGifts):
    """The creator received no gift with this id."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("There is no such gift among those you received.")


def set_gift_rules(
    *, creator: AbstractBaseUser, gifts_off: bool, note: str, unwanted: Iterable[str]
) -> CreatorSettings:
    """Take gifts or none, with a note to viewers, and none whose message has an `unwanted` word: each is kept
    as `wallets.messages.words` reads it, however it is written. Raises UnableToSetGifts (NoteTooLong,
    InvalidWords)."""
    note = visible(note)
    if len(note) > NOTE_LENGTH:
        raise NoteTooLong
    kept = sorted({word for text in unwanted for word in words(text)})
    if len(kept) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in kept):
        raise InvalidWords
    settings, _ = CreatorSettings.objects.update_or_create(
        creator=creator, defaults={"gifts_off": gifts_off, "note": note, "words": kept}
    )
    return settings


def block_sender(*, creator: AbstractBaseUser, gift_id: uuid.UUID, at: dt.datetime) -> Block:
    """Take nothing any more from who sent this gift. If it showed no name, neither does the block. Raises
    UnableToSetGifts (NotYourGift)."""
    gift = Gift.objects.filter(id=gift_id, creator=creator).first()
    if gift is None:
        raise NotYourGift
    block, _ = Block.objects.get_or_create(
        blocker=creator, blocked_id=gift.viewer_id, unnamed=gift.anonymous, defaults={"blocked_at": at}
    )
    return block


def unblock(*, person: AbstractBaseUser, block_id: uuid.UUID) -> None:
    """Lift one block. May be repeated."""
    Block.objects.filter(id=block_id, blocker=person).delete()
