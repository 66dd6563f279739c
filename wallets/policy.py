"""What prices and rates must never allow: sending gifts to oneself at a profit."""

import datetime as dt
from decimal import Decimal

from django.db.models import Q

from ledger.operations import UnableToSetRate
from ledger.queries import rate, rate_changes
from ledger.units import COIN, DIAMOND, to_decimal
from wallets.models import CoinPackage

Steps = dict[tuple[str, str], Decimal]


def payout_of_coin(currency: str, at: dt.datetime, instead: Steps | None = None) -> Decimal:
    """What one coin, sent as a gift, is worth to a creator paid in that currency. `instead` holds rates to
    reckon with in place of those in force. Raises ledger.queries.NoRate."""
    worth = Decimal(1)
    for step in ((COIN, DIAMOND), (DIAMOND, "USD"), ("USD", currency)):
        worth *= (instead or {}).get(step) or rate(*step, at).value
    return worth


def is_profitable(
    *,
    coins: int,
    price: int,
    currency: str,
    at: dt.datetime,
    until: dt.datetime | None = None,
    instead: Steps | None = None,
) -> bool:
    """Whether these coins cost less than what they pay out, at the rates of that moment or at any announced
    for later: coins keep until a rate is good. `until` leaves out what is announced for then and after."""
    cost = to_decimal(price, currency) / coins
    changes = (change.effective_at for change in rate_changes(since=at))
    moments = [at, *(moment for moment in changes if until is None or moment < until)]
    return any(cost < payout_of_coin(currency, moment, instead) for moment in moments)


def refuse_profitable_rate(*, base: str, quote: str, value: Decimal, effective_at: dt.datetime) -> None:
    """A rule for `settings.LEDGER_RATE_RULES`: every package on sale from then on must still cost at least
    what its coins pay out, for as long as this rate will be in force. Raises UnableToSetRate."""
    if base not in (COIN, DIAMOND, "USD"):
        return
    followers = (
        change.effective_at
        for change in rate_changes(since=effective_at)
        if (change.base, change.quote) == (base, quote) and change.effective_at > effective_at
    )
    until = next(followers, None)
    packages = CoinPackage.objects.filter(
        Q(available_until__isnull=True) | Q(available_until__gt=effective_at)
    )
    if until is not None:
        packages = packages.filter(available_from__lt=until)
    for package in packages:
        if is_profitable(
            coins=package.coins,
            price=package.price,
            currency=package.currency,
            at=max(effective_at, package.available_from),
            until=until,
            instead={(base, quote): value},
        ):
            raise UnableToSetRate(
                f"At this rate {package} would cost less than they pay out: gifts to oneself would be a "
                "profit. Raise the price first, or set a lower rate."
            )
