"""A viewer's movements of coins in words. Each kind of entry has one function that words a page of them."""

import datetime as dt
import uuid
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace

from django.db.models import Exists
from django.urls import reverse

from ledger.chart import VIEWER_COINS
from ledger.queries import Line, statement
from wallets.models import Claim, CoinPurchase, CoinTip, Gift, GiftReversal
from wallets.models.people import public_name
from wallets.queries import recovery_words
from wallets.queries.gifts import GIFT, UNDO, UNDONE, with_losses
from wallets.queries.streaks import PAUSE, run_of
from wallets.queries.tips import TIP
from wallets.queries.words import Words


@dataclass(frozen=True)
class Movement:
    """One line of the history. `amount` and the `balance` after it are in coins. `taps` of one streak are
    one line."""

    entry_id: uuid.UUID
    kind: str
    at: dt.datetime
    amount: int
    balance: int
    words: Words
    taps: int = 1


@dataclass(frozen=True)
class History:
    """One page, newest first. `older` and `newer` are the entries to go on from, None at the ends."""

    movements: list[Movement]
    older: uuid.UUID | None
    newer: uuid.UUID | None


def purchases(lines: list[Line]) -> dict[uuid.UUID, Words]:
    found = CoinPurchase.objects.filter(entry__in=[line.entry_id for line in lines])
    return {
        each.entry_id: Words(
            "Coins bought", url=each.get_absolute_url(), price=each.price, currency=each.currency
        )
        for each in found
    }


def gifts(lines: list[Line]) -> dict[uuid.UUID, Words]:
    sent = Gift.objects.filter(id__in=[line.entry_id for line in lines])
    found = with_losses(sent).annotate(undone=Exists(UNDONE))
    return {
        each.pk: Words(
            _to(each),
            each.message,
            each.creator_url(),
            gift=None if each.undone else each,
            lost=each.lost,
            sent=each,
        )
        for each in found.select_related("gift_type", "creator")
    }


def undone_gifts(lines: list[Line]) -> dict[uuid.UUID, Words]:
    found = GiftReversal.objects.filter(id__in=[line.entry_id for line in lines])
    return {
        each.pk: Words(f"Undone: {_to(each.gift)}", url=each.gift.creator_url())
        for each in found.select_related("gift__gift_type", "gift__creator")
    }


def _to(gift: Gift) -> str:
    return f"{gift.gift_type} × {gift.quantity} to {gift.creator}" + (", without your name" * gift.anonymous)


def tips(lines: list[Line]) -> dict[uuid.UUID, Words]:
    sent = {line.entry_id: line.amount < 0 for line in lines}
    found = CoinTip.objects.filter(id__in=sent).select_related("sender", "recipient")
    return {
        each.pk: Words(
            f"Tip to {each.recipient}" if sent[each.pk] else f"Tip from {public_name(each.sender)}",
            url=reverse("wallets:tips"),
        )
        for each in found
    }


def rewards(lines: list[Line]) -> dict[uuid.UUID, Words]:
    found = Claim.objects.filter(entry__in=[line.entry_id for line in lines])
    words = {}
    for each in found.select_related("joining__campaign"):
        campaign = each.joining.campaign
        words[each.entry_id] = Words(f"Reward: {campaign}", url=campaign.get_absolute_url())
    return words


# Kind of entry → the words for its lines, by entry. A kind that is missing here reads by its own name.
WORDING: dict[str, Callable[[list[Line]], dict[uuid.UUID, Words]]] = {
    "coin_purchase": purchases,
    GIFT: gifts,
    UNDO: undone_gifts,
    TIP: tips,
    "challenge_reward": rewards,
} | recovery_words.WORDING


def history(
    viewer, *, limit: int = 20, before: uuid.UUID | None = None, after: uuid.UUID | None = None
) -> History:
    """A page of everything that ever moved the viewer's coins, to be read by people."""
    page = movements(viewer, limit=limit, before=before, after=after)
    return replace(page, movements=_joined(page.movements))


def movements(
    viewer, *, limit: int, before: uuid.UUID | None = None, after: uuid.UUID | None = None
) -> History:
    """The same, each tap by itself."""
    lines = statement(VIEWER_COINS.of(viewer.pk), limit=limit + 1, before=before, after=after)
    more = len(lines) > limit
    # The line too many stands at the end that the page was asked to go towards.
    lines = lines[-limit:] if after else lines[:limit]
    words: dict[uuid.UUID, Words] = {}
    for kind in {line.kind for line in lines} & WORDING.keys():
        words |= WORDING[kind]([line for line in lines if line.kind == kind])
    moved = [
        Movement(
            line.entry_id,
            line.kind,
            line.at,
            line.amount,
            line.balance,
            words.get(line.entry_id) or Words(_plain(line.kind), line.reason),
        )
        for line in lines
    ]
    has_older = bool(moved) and (more if after is None else True)
    has_newer = bool(moved) and (more if after else before is not None)
    return History(
        moved,
        older=moved[-1].entry_id if has_older else None,
        newer=moved[0].entry_id if has_newer else None,
    )


def _joined(movements: list[Movement]) -> list[Movement]:
    """Taps of one streak that follow each other become one line: the newest one, with what they come to."""
    lines: list[Movement] = []
    earliest: Gift | None = None
    for movement in movements:
        gift = movement.words.sent
        if lines and _continues(lines[-1].words.sent, earliest, gift):
            lines[-1] = _with_tap(lines[-1], movement)
        else:
            lines.append(movement)
        earliest = gift
    return lines


def _continues(newest: Gift | None, earliest: Gift | None, gift: Gift | None) -> bool:
    if newest is None or earliest is None or gift is None or gift.streak_id is None:
        return False
    together = run_of(newest) == run_of(gift) and newest.undone == gift.undone
    return together and earliest.sent_at - gift.sent_at <= PAUSE


def _with_tap(line: Movement, tap: Movement) -> Movement:
    gift = copy(line.words.sent)
    gift.quantity += tap.words.sent.quantity
    words = replace(line.words, title=_to(gift), sent=gift, lost=line.words.lost + tap.words.lost)
    return replace(line, amount=line.amount + tap.amount, words=words, taps=line.taps + 1)


def _plain(kind: str) -> str:
    """coin_purchase.reversal → Coin purchase, reversal."""
    return kind.replace("_", " ").replace(".", ", ").capitalize()
