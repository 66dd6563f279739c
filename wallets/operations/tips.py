"""Coins from one viewer to another. They stay coins: nothing leads from a received tip to money."""

import datetime as dt
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2b

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.transaction import atomic

from ledger.chart import VIEWER_COINS
from ledger.operations import AccountFrozen, IdempotencyConflict, InsufficientFunds, Transfer, post
from ledger.queries import entry_of
from wallets.models import CoinTip
from wallets.operations.refusals import Blocked, CapReached, CoolingOff, UnableToSend, in_words
from wallets.queries.creator_settings import is_blocked
from wallets.queries.limits import cap_reached, cooling_off
from wallets.queries.tips import TIP, tipped_in_a_day


class InvalidTip(UnableToSend):
    """None, or too many coins at once."""

    code = "invalid_tip"

    def __init__(self) -> None:
        super().__init__(f"A tip is 1 to {settings.COIN_TIP_LARGEST:,} coins.")


class OwnTip(UnableToSend):
    """Nobody tips themselves."""

    code = "own_tip"

    def __init__(self) -> None:
        super().__init__("You can't send a tip to yourself.")


class TipsOfDayReached(UnableToSend):
    """With this one the tips of 24 hours would be too many coins."""

    code = "tips_of_day"

    def __init__(self) -> None:
        most = f"{settings.COIN_TIPS_A_DAY:,} coins in 24 hours"
        super().__init__(f"Tips may come to {most}: yours would be more.")


@dataclass(frozen=True)
class Tipped:
    """`replayed`: the key had been used for the same tip, and this is the first."""

    tip: CoinTip
    replayed: bool


def send_tip(
    *, sender: AbstractBaseUser, recipient: AbstractBaseUser, coins: int, key: str, at: dt.datetime
) -> Tipped:
    """Give `coins` of one's own to somebody else, at most `settings.COIN_TIP_LARGEST`, and in any 24 hours at
    most `settings.COIN_TIPS_A_DAY`.

    `key` (1 to 150 characters) is the sender's own; the same key, recipient and coins return the first tip.
    Raises UnableToSend (InvalidTip, OwnTip, TipsOfDayReached; Blocked, CoolingOff, CapReached, WalletFrozen,
    InsufficientCoins), ledger.operations.IdempotencyConflict."""
    if not 1 <= coins <= settings.COIN_TIP_LARGEST:
        raise InvalidTip
    if sender.pk == recipient.pk:
        raise OwnTip
    digest = blake2b(f"{sender.pk}:{key}".encode(), digest_size=16).digest()
    key = f"{TIP}:{urlsafe_b64encode(digest).rstrip(b'=').decode()}"
    transfer = Transfer(VIEWER_COINS.of(sender.pk), VIEWER_COINS.of(recipient.pk), coins)
    try:
        with atomic():
            if (first := entry_of(key)) is not None:
                return _replayed(first, recipient, coins)
            posted = post(kind=TIP, key=key, at=at, transfers=[transfer])
            if posted.replayed:
                return _replayed(posted.entry_id, recipient, coins)
            # Asked under the locks that the entry took: the second of two tips sees the first.
            tip = CoinTip.objects.create(
                id=posted.entry_id, sender=sender, recipient=recipient, coins=coins, sent_at=at
            )
            _refuse(sender, recipient, at)
    except (InsufficientFunds, AccountFrozen) as error:
        raise in_words(error, viewer=sender, coins=coins) from error
    return Tipped(tip, replayed=False)


def _refuse(sender: AbstractBaseUser, recipient: AbstractBaseUser, at: dt.datetime) -> None:
    if not recipient.is_active or is_blocked(by=recipient.pk, who=sender.pk):
        raise Blocked(recipient)
    if cooling_off(sender, at):
        raise CoolingOff(sender)
    if cap := cap_reached(sender, at):
        raise CapReached(cap)
    if tipped_in_a_day(sender, at) > settings.COIN_TIPS_A_DAY:
        raise TipsOfDayReached


def _replayed(entry_id: uuid.UUID, recipient: AbstractBaseUser, coins: int) -> Tipped:
    first = CoinTip.objects.get(id=entry_id)
    if (first.recipient_id, first.coins) != (recipient.pk, coins):
        raise IdempotencyConflict("This key was used for another tip.")
    return Tipped(first, replayed=True)
