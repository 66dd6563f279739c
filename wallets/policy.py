"""What prices and rates must never allow: sending gifts to oneself at a profit."""

import datetime as dt
from decimal import Decimal

from django.db.models import Q

from ledger.operations import UnableToSetRate
from ledger.queries import rate
from ledger.units import COIN, DIAMOND, to_decimal
from wallets.models import CoinPackage

# The end of time: what every rate and price announced so far will have become.
AT_LAST = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
Steps = dict[tuple[str, str], Decimal]


def payout_of_coin(currency: str, at: dt.datetime, instead: Steps | None = None) -> Decimal:
    """What one coin, sent as a gift, is worth to a creator paid in that currency. `instead` holds rates to
    reckon with in place of those in force. Raises ledger.queries.NoRate."""
    worth = Decimal(1)
    for step in ((COIN, DIAMOND), (DIAMOND, "USD"), ("USD", currency)):
        worth *= (instead or {}).get(step) or rate(*step, at).value
    return worth


def is_profitable(
    *, coins: int, price: int, currency: str, at: dt.datetime, instead: Steps | None = None
) -> bool:
    """Whether these coins cost less than what they pay out, at the rates of that moment or at those already
    announced for later."""
    cost = to_decimal(price, currency) / coins
    return any(cost < payout_of_coin(currency, moment, instead) for moment in (at, AT_LAST))


def refuse_profitable_rate(*, base: str, quote: str, value: Decimal, effective_at: dt.datetime) -> None:
    """A rule for `settings.LEDGER_RATE_RULES`: every package on sale from then on must still cost at least
    what its coins pay out. Raises UnableToSetRate."""
    if base not in (COIN, DIAMOND, "USD"):
        return
    packages = CoinPackage.objects.filter(
        Q(available_until__isnull=True) | Q(available_until__gt=effective_at)
    )
    for package in packages:
        if is_profitable(
            coins=package.coins,
            price=package.price,
            currency=package.currency,
            at=effective_at,
            instead={(base, quote): value},
        ):
            raise UnableToSetRate(
                f"At this rate {package} would cost less than they pay out: gifts to oneself would be a "
                "profit. Raise the price first, or set a lower rate."
            )
