"""What a claim takes of the gifts that its purchase paid for, and gives back when it falls. The number of
statements depends on the creators, not on the gifts."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil

from django.contrib.auth import get_user_model
from django.db.models import Sum
from django.urls import reverse

from ledger.chart import CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED
from ledger.many import Wanted, post_each, reverse_each
from ledger.operations import Transfer
from ledger.queries import balances, by_day
from wallets.models import CoinPurchase, CoinRemoval, Gift, GiftReversal, Recovery
from wallets.notices import notify
from wallets.queries.provenance import gifts_funded_by

FELL = "The claim on its payment fell."


def take_gifts(
    *,
    purchase: CoinPurchase,
    up_to: int,
    known: Mapping[uuid.UUID, int],
    first: int,
    cause: CoinRemoval.Cause,
    at: dt.datetime,
) -> None:
    """Let gifts answer for coins of a purchase, the newest first, beyond those that are `known` to answer for
    it. Of each, the diamonds of the claimed coins, as far as its day has any pending: what was released stays
    the creator's. Recoveries are numbered from `first` on. The caller keeps the books locked."""
    shares: list[tuple[Gift, int]] = []
    for gift, share in gifts_funded_by(purchase.viewer_id, purchase.entry_id):
        coins = min(up_to, share - known.get(gift.pk, 0))
        if coins > 0:
            shares.append((gift, coins))
            up_to -= coins
    due = _due(shares)
    left = _Pending(gift for gift, _ in shares)
    recoveries = []
    for number, (gift, coins) in enumerate(shares, first):
        diamonds = left.take(gift, due[gift.pk])
        recoveries.append(
            Recovery(
                purchase=purchase,
                number=number,
                gift=gift,
                creator_id=gift.creator_id,
                coins=coins,
                recovered=coins if diamonds == due[gift.pk] else coins * diamonds // due[gift.pk],
                diamonds=diamonds,
                at=at,
            )
        )
    taking = [each for each in recoveries if each.diamonds]
    posted = post_each(entries=[_wanted(each, cause) for each in taking], at=at)
    for recovery, entry in zip(taking, posted, strict=True):
        recovery.entry_id = entry.entry_id
    GiftReversal.objects.bulk_create(
        _reversal(each, each.entry_id, cause, each.diamonds, at) for each in taking
    )
    Recovery.objects.bulk_create(recoveries)
    _tell("gifts_taken_back", taking, cause, at)


def _due(shares: list[tuple[Gift, int]]) -> dict[uuid.UUID, int]:
    """Of each gift the diamonds that so many of its coins claim. One gift may have been paid for by several
    purchases: together they claim its diamonds once, in whatever order claims come and fall. Each claims its
    own share at most, rounded up."""
    gifts = [gift.pk for gift, _ in shares]
    standing = Recovery.objects.filter(gift__in=gifts, put_back_at__isnull=True).values("gift_id")
    sums = standing.annotate(coins=Sum("coins"), diamonds=Sum("diamonds"))
    before = {
        gift: (claimed, taken) for gift, claimed, taken in sums.values_list("gift_id", "coins", "diamonds")
    }
    due = {}
    for gift, coins in shares:
        claimed, taken = before.get(gift.pk, (0, 0))
        together = gift.diamonds * (claimed + coins) // gift.coins
        share = ceil(Fraction(gift.diamonds * coins, gift.coins))
        due[gift.pk] = max(0, min(together - taken, share))
    return due


class _Pending:
    """What the creators of some gifts have pending, whose accounts the caller keeps locked: of each day no
    more than is left of it, and together no more than there is."""

    def __init__(self, gifts: Iterable[Gift]) -> None:
        days: dict[uuid.UUID, set[dt.date]] = {}
        for gift in gifts:
            days.setdefault(gift.creator_id, set()).add(_day(gift))
        accounts = {creator: CREATOR_DIAMONDS_PENDING.of(creator) for creator in days}
        held = balances(accounts.values())
        self._held = {creator: held[account] for creator, account in accounts.items()}
        self._left: Counter[tuple[uuid.UUID, dt.date]] = Counter()
        for creator, wanted in days.items():
            for part in by_day(accounts[creator], since=min(wanted), until=max(wanted)):
                self._left[creator, part.day] += part.amount

    def take(self, gift: Gift, due: int) -> int:
        creator, day = gift.creator_id, _day(gift)
        taken = max(0, min(due, self._left[creator, day], self._held[creator]))
        self._left[creator, day] -= taken
        self._held[creator] -= taken
        return taken


def _day(gift: Gift) -> dt.date:
    return gift.sent_at.astimezone(dt.UTC).date()


def _wanted(recovery: Recovery, cause: CoinRemoval.Cause) -> Wanted:
    pending = CREATOR_DIAMONDS_PENDING.of(recovery.creator_id)
    return Wanted(
        kind=f"{cause}.gift",
        key=f"claim:{recovery.purchase_id}:{recovery.number}",
        day=_day(recovery.gift),
        transfers=[Transfer(pending, DIAMONDS_ISSUED.platform(), recovery.diamonds)],
    )


def return_gifts(*, recoveries: list[Recovery], at: dt.datetime) -> None:
    """Give back what these took of gifts, in their order. The caller notes that they are put back."""
    taking = [each for each in recoveries if each.entry_id]
    keys = {each.entry_id: f"claim:{each.purchase_id}:{each.number}:back" for each in taking}
    returned = reverse_each(keys=keys, reason=FELL, at=at)
    taken = GiftReversal.objects.in_bulk(keys)
    GiftReversal.objects.bulk_create(
        _reversal(each, entry.entry_id, taken[each.entry_id].cause, -each.diamonds, at)
        for each, entry in zip(taking, returned, strict=True)
    )
    if taking:
        gifts = Gift.objects.select_related("gift_type").in_bulk([each.gift_id for each in taking])
        for recovery in taking:
            recovery.gift = gifts[recovery.gift_id]
        _tell("gifts_given_back", taking, taken[taking[0].entry_id].cause, at)


def _tell(kind: str, recoveries: list[Recovery], cause: str, at: dt.datetime) -> None:
    """One notice to each creator, whatever the number of gifts."""
    found: dict[uuid.UUID, list[Recovery]] = {}
    for recovery in recoveries:
        found.setdefault(recovery.creator_id, []).append(recovery)
    creators = get_user_model().objects.in_bulk(found)
    for creator_id, of_creator in found.items():
        newest = of_creator[0]
        facts = {
            "gift": str(newest.gift),
            "others": len(of_creator) - 1,
            "diamonds": sum(each.diamonds for each in of_creator),
            "cause": str(cause),
        }
        notify(
            person=creators[creator_id],
            kind=kind,
            key=f"{kind}:{newest.purchase_id}:{newest.number}",
            at=at,
            facts=facts,
            url=reverse("wallets:received"),
        )


def _reversal(
    recovery: Recovery, entry_id: uuid.UUID, cause: str, diamonds: int, at: dt.datetime
) -> GiftReversal:
    return GiftReversal(
        id=entry_id,
        gift_id=recovery.gift_id,
        creator_id=recovery.creator_id,
        cause=cause,
        coins=0,
        diamonds=diamonds,
        at=at,
    )
