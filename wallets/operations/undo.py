"""Taking back a gift just sent: its coins return to the viewer, its diamonds leave the creator."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db.transaction import atomic

from ledger.chart import CREATOR_DIAMONDS_PENDING, VIEWER_COINS
from ledger.operations import AccountFrozen, AlreadyReversed, InsufficientFunds, lock, reverse
from wallets.models import Gift, GiftReversal
from wallets.models.gifts import UNDO_WINDOW
from wallets.queries.gifts import UNDO, undoable_taps


class UnableToUndo(Exception):
    """Nothing moved. `code` names the rule."""

    code = "refused"


class NoSuchGift(UnableToUndo):
    """The viewer has sent no gift with this id, no streak with this id."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("There is no such gift among those you sent.")


class TooLate(UnableToUndo):
    """The half minute is over."""

    code = "too_late"

    def __init__(self) -> None:
        seconds = UNDO_WINDOW // dt.timedelta(seconds=1)
        super().__init__(f"A gift can be undone for {seconds} seconds. This one stays sent.")


class TakenBackOtherwise(UnableToUndo):
    """A refund or a dispute took it back before."""

    code = "taken_back"

    def __init__(self) -> None:
        super().__init__("This gift has been taken back already: its payment was disputed or refunded.")


class DiamondsGone(UnableToUndo):
    """The creator has used its diamonds, or they are kept from moving."""

    code = "diamonds_gone"

    def __init__(self, creator: AbstractBaseUser) -> None:
        super().__init__(f"{creator} has already used what this gift brought. It stays sent.")


@dataclass(frozen=True)
class Undone:
    """`replayed`: it had been undone before, by `reversal`."""

    gift: Gift
    reversal: GiftReversal
    replayed: bool


def undo_gift(*, viewer: AbstractBaseUser, gift_id: uuid.UUID, at: dt.datetime) -> Undone:
    """Undo one gift, whole, by an entry that reverses its own and counts for its day. Once: repeated, it
    returns the first undo, however late.

    Raises UnableToUndo (NoSuchGift, TooLate, TakenBackOtherwise, DiamondsGone)."""
    gift = Gift.objects.select_related("gift_type", "creator").filter(id=gift_id, viewer=viewer).first()
    if gift is None:
        raise NoSuchGift
    return _undo(gift, at)


def undo_streak(*, viewer: AbstractBaseUser, streak_id: uuid.UUID, at: dt.datetime) -> list[Undone]:
    """Undo the taps of a streak that are young enough, each by itself, newest first: what one of them is
    refused stops no other.

    Raises UnableToUndo where not a single one could be undone: as the newest was refused, or TooLate."""
    undone, refused = [], []
    for gift in undoable_taps(viewer.pk, streak_id, at):
        try:
            undone.append(_undo(gift, at))
        except UnableToUndo as refusal:
            refused.append(refusal)
    if not undone:
        raise refused[0] if refused else TooLate
    return undone


def _undo(gift: Gift, at: dt.datetime) -> Undone:
    with atomic():
        # Disputes take these locks in this order, releases the second: what is read from here on stays so.
        lock([VIEWER_COINS.of(gift.viewer_id)])
        lock([CREATOR_DIAMONDS_PENDING.of(gift.creator_id)])
        earlier = {reversal.cause: reversal for reversal in gift.reversals.all()}
        if first := earlier.get(GiftReversal.Cause.UNDO):
            return Undone(gift, first, replayed=True)
        if earlier:
            raise TakenBackOtherwise
        if at > gift.undoable_until:
            raise TooLate
        try:
            posted = reverse(
                entry_id=gift.pk, key=f"undo:{gift.pk}", reason="Undone by the viewer", at=at, kind=UNDO
            )
        except AlreadyReversed as error:
            raise TakenBackOtherwise from error
        except (InsufficientFunds, AccountFrozen) as error:
            raise DiamondsGone(gift.creator) from error
        reversal = GiftReversal.objects.create(
            id=posted.entry_id,
            gift=gift,
            creator_id=gift.creator_id,
            cause=GiftReversal.Cause.UNDO,
            coins=gift.coins,
            diamonds=gift.diamonds,
            at=at,
        )
    return Undone(gift, reversal, replayed=False)
