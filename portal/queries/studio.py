"""A creator's year on one screen, read from the ledger's roll-ups alone."""

import datetime as dt
import uuid
from dataclasses import dataclass

from ledger.chart import CREATOR_DIAMONDS_PENDING
from ledger.queries import NoRate, by_day, rate
from ledger.rates import convert
from ledger.units import DIAMOND
from payouts.queries import Balance, diamonds_of, paid_totals
from wallets.queries.gifts import GIFT, UNDO
from wallets.queries.reserve import RELEASE, Release, reserve_calendar

MONTHS = 12


@dataclass(frozen=True)
class Month:
    """What gifts brought in a calendar month (UTC): `diamonds` in hundredths, net of what was taken back."""

    first: dt.date
    gifts: int
    diamonds: int


@dataclass(frozen=True)
class Dashboard:
    """`worth` is None where no rate leads to the creator's currency; `paid` is {currency: net}."""

    balances: Balance
    worth: Balance | None
    currency: str
    paid: dict[str, int]
    months: list[Month]
    calendar: list[Release]


def dashboard(creator, at: dt.datetime) -> Dashboard:
    balances = diamonds_of(creator.pk)
    return Dashboard(
        balances=balances,
        worth=_worth(balances, creator.base_currency, at),
        currency=creator.base_currency,
        paid=paid_totals(creator.pk),
        months=months_of(creator.pk, at),
        calendar=reserve_calendar(creator.pk, at),
    )


def months_of(creator_id: uuid.UUID, at: dt.datetime) -> list[Month]:
    """The last twelve months, the current one included, oldest first; empty ones too."""
    this = at.astimezone(dt.UTC).date().replace(day=1)
    firsts = [_months_before(this, back) for back in reversed(range(MONTHS))]
    gifts = dict.fromkeys(firsts, 0)
    diamonds = dict.fromkeys(firsts, 0)
    for part in by_day(CREATOR_DIAMONDS_PENDING.of(creator_id), since=firsts[0]):
        if part.kind == RELEASE:
            continue
        first = part.day.replace(day=1)
        diamonds[first] += part.amount
        # An undo is an entry of its own, and takes its gift off the count; a dispute leaves the gift sent.
        gifts[first] += {GIFT: part.entries, UNDO: -part.entries}.get(part.kind, 0)
    return [Month(first, gifts[first], diamonds[first]) for first in firsts]


def _months_before(first: dt.date, months: int) -> dt.date:
    ordinal = first.year * 12 + first.month - 1 - months
    return dt.date(ordinal // 12, ordinal % 12 + 1, 1)


def _worth(diamonds: Balance, currency: str, at: dt.datetime) -> Balance | None:
    """What each balance would be worth at today's rates before fees, in the currency's smallest part."""
    try:
        value = rate(DIAMOND, "USD", at).value * rate("USD", currency, at).value
    except NoRate:
        return None
    parts = (diamonds.pending, diamonds.available, diamonds.held)
    return Balance(*(convert(amount, DIAMOND, currency, value) for amount in parts))
