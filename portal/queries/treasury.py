"""What is owed to people, what is held for them, and whether the second covers the first.

All of it is read from the books at one moment; what banks and providers say they hold stands beside it. Where
amounts of several currencies are summed, they are worth US dollars at the rates of the moment."""

import datetime as dt
from dataclasses import dataclass

from ledger import chart
from ledger.chart import AccountType
from ledger.queries import NoRate, platform_balances, rate
from ledger.rates import Rate, convert
from ledger.units import COIN, DIAMOND, is_currency
from payouts.models import Reconciliation
from payouts.queries.reconciliation import reported_balances

BASE = "USD"
OWED = (
    chart.VIEWER_COINS,
    chart.CREATOR_DIAMONDS_PENDING,
    chart.CREATOR_DIAMONDS_AVAILABLE,
    chart.CREATOR_DIAMONDS_HELD,
    chart.CREATOR_CASH_PENDING,
    chart.CREATOR_CASH_AVAILABLE,
    chart.CREATOR_CASH_HELD,
    chart.AFFILIATE_PAYABLE,
    chart.TAX_WITHHELD,
)
"""Whose it is: viewers', creators', partners' and tax offices'."""
MONEY = (chart.PAYMENT_CLEARING, chart.PAYOUT_CLEARING)
"""What came in through providers; and at banks what the owners put in less what went out. What is held stands
negative there."""
BACKED = OWED[:4]
"""Coins and diamonds: the coin float is the money that was set aside for them."""


@dataclass(frozen=True)
class Sum:
    """A balance of one type and unit. `amount` in the unit's smallest part; `worth` in US cents, None where
    no rate leads there."""

    type: AccountType
    unit: str
    amount: int
    worth: int | None


@dataclass(frozen=True)
class Holding:
    """The money of one currency. `held` by the books: what is at providers and at banks. `told` is what each
    source says it has: pairs of its last word and the amount."""

    currency: str
    at_providers: int
    at_banks: int
    held: int
    worth: int | None
    told: list[tuple[Reconciliation, int]]


@dataclass(frozen=True)
class Treasury:
    """Worths in US cents. `owed_worth` and `held_worth` leave out currencies in `unvalued`, which have no
    rate; `exchange` has those of the others. `float_worth` is what was set aside for coins and diamonds,
    `backed_worth` what these may cost to pay out. `unbalanced` units are wrong in the books."""

    at: dt.datetime
    owed: list[Sum]
    held: list[Holding]
    aside: list[Sum]
    ours: list[Sum]
    owed_worth: int
    held_worth: int
    float_worth: int
    backed_worth: int
    exchange: list[Rate]
    unvalued: list[str]
    unbalanced: list[str]

    @property
    def covered(self) -> bool:
        return self.held_worth >= self.owed_worth and self.float_worth >= self.backed_worth

    @property
    def coverage(self) -> int | None:
        """What is held, in per cent of what is owed; None where nothing is."""
        return self.held_worth * 100 // self.owed_worth if self.owed_worth > 0 else None


def treasury(at: dt.datetime) -> Treasury:
    found = platform_balances()
    rates = _Worth(at)
    sums = {
        key: Sum(chart.CHART[key[0]], key[1], amount, rates(amount, key[1])) for key, amount in found.items()
    }
    owed = [one for type_ in OWED for one in _of(type_, sums)]
    aside = _of(chart.COIN_FLOAT, sums)
    told = reported_balances()
    held = [
        _holding(currency, found, rates, told)
        for currency in sorted({unit for _, unit in found if is_currency(unit)})
    ]
    theirs = {type_.code for type_ in (*OWED, *MONEY, chart.COIN_FLOAT)}
    return Treasury(
        at=at,
        owed=owed,
        held=held,
        aside=aside,
        ours=[
            one
            for key, one in sorted(sums.items())
            if key[0] not in theirs and is_currency(key[1]) and one.amount
        ],
        owed_worth=_total(owed),
        held_worth=sum(one.worth or 0 for one in held),
        float_worth=_total(aside),
        backed_worth=_total(one for one in owed if one.type in BACKED),
        exchange=sorted(rates.exchange, key=lambda each: each.quote),
        unvalued=sorted(rates.unknown),
        unbalanced=_unbalanced(found),
    )


def _of(type_: AccountType, sums: dict[tuple[str, str], Sum]) -> list[Sum]:
    return [one for key, one in sorted(sums.items()) if key[0] == type_.code and one.amount]


def _total(sums) -> int:
    return sum(one.worth or 0 for one in sums)


def _holding(currency: str, found: dict, rates: "_Worth", told: list[Reconciliation]) -> Holding:
    at_providers, at_banks = (-found.get((type_.code, currency), 0) for type_ in MONEY)
    held = at_providers + at_banks
    words = [(each, each.balances[currency]) for each in told if currency in each.balances]
    return Holding(currency, at_providers, at_banks, held, rates(held, currency), words)


def _unbalanced(found: dict[tuple[str, str], int]) -> list[str]:
    """Units whose accounts don't sum to zero. There are none, or the books are wrong."""
    totals: dict[str, int] = {}
    for (_, unit), amount in found.items():
        totals[unit] = totals.get(unit, 0) + amount
    return sorted(unit for unit, total in totals.items() if total)


class _Worth:
    """Amounts in US cents, each rate read once. A coin is worth the diamonds that it may become."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at
        self.rates: dict[str, object] = {BASE: 1}
        self.unknown: set[str] = set()
        self.exchange: list[Rate] = []

    def __call__(self, amount: int, unit: str) -> int | None:
        value = self._known(unit)
        if value is None:
            if amount:
                self.unknown.add(unit)
            return None
        worth = convert(abs(amount), unit, BASE, value)
        return worth if amount >= 0 else -worth

    def _known(self, unit: str):
        if unit not in self.rates:
            self.rates[unit] = self._rate(unit)
        return self.rates[unit]

    def _rate(self, unit: str):
        try:
            if unit == COIN:
                diamond = self._known(DIAMOND)
                return diamond and rate(COIN, DIAMOND, self.at).value * diamond
            if is_currency(unit):  # the direction in which payouts use it, and staff set it
                found = rate(BASE, unit, self.at)
                self.exchange.append(found)
                return 1 / found.value
            return rate(unit, BASE, self.at).value
        except NoRate:
            return None
