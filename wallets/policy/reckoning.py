import datetime as dt
from decimal import Decimal
from functools import cache

from ledger.queries import rate, rate_changes
from ledger.units import COIN, DIAMOND, to_decimal

Steps = dict[tuple[str, str], Decimal]


class Reckoning:
    """What coins pay out to a creator, at rates as they are written down; each is asked for once, so this is
    for one check and not to be kept. `instead` holds rates to reckon with in place of those in force; `until`
    leaves out what is announced for then and after."""

    def __init__(self, *, until: dt.datetime | None = None, instead: Steps | None = None) -> None:
        self._until = until
        self._instead = instead or {}
        self._rate = cache(lambda base, quote, at: rate(base, quote, at).value)
        self._changes = cache(lambda since: [change.effective_at for change in rate_changes(since=since)])

    def payout_of_coin(self, currency: str, at: dt.datetime) -> Decimal:
        """What one coin, sent as a gift, is worth to a creator paid in that currency. Raises
        ledger.queries.NoRate."""
        worth = Decimal(1)
        for step in ((COIN, DIAMOND), (DIAMOND, "USD"), ("USD", currency)):
            worth *= self._instead.get(step) or self._rate(*step, at)
        return worth

    def is_profitable(self, *, coins: int, price: int, currency: str, at: dt.datetime) -> bool:
        """Whether these coins cost less than what they pay out, at the rates of that moment or at any
        announced for later: coins keep until a rate is good."""
        cost = to_decimal(price, currency) / coins
        later = [moment for moment in self._changes(at) if self._until is None or moment < self._until]
        return any(cost < self.payout_of_coin(currency, moment) for moment in (at, *later))


def payout_of_coin(currency: str, at: dt.datetime) -> Decimal:
    """At the rates in force. Raises ledger.queries.NoRate."""
    return Reckoning().payout_of_coin(currency, at)
