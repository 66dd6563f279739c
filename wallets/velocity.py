"""How much one viewer may spend on coins in a day and in a week, whatever the currency."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_UP

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language

from ledger.queries import rate
from ledger.rates import convert
from ledger.units import format_amount, to_parts
from wallets.queries.purchases import purchases_counting

PERIODS = (("a day", dt.timedelta(days=1)), ("a week", dt.timedelta(weeks=1)))


@dataclass(frozen=True)
class Shortage:
    """A purchase does not fit into a rolling period. `limit`, `left` and `wanted` are US cents; it will fit
    at `fits_at`, None where that depends on purchases that are still undecided, or where it never will."""

    period: str
    limit: int
    left: int
    wanted: int
    fits_at: dt.datetime | None

    @property
    def is_too_large(self) -> bool:
        return self.wanted > self.limit

    def sort_key(self) -> tuple:
        return self.is_too_large, self.fits_at is None, self.fits_at


class LimitReached(Exception):
    """`shortage` tells of the period that stands longest in the way."""

    code = "limit_reached"

    def __init__(self, shortage: Shortage, currency: str, at: dt.datetime) -> None:
        self.shortage = shortage
        theirs = rate("USD", currency, at).value
        limit, left = (convert(cents, "USD", currency, theirs) for cents in (shortage.limit, shortage.left))
        about = "about " if currency != "USD" else ""
        words = [f"You can buy coins for {about}{_money(limit, currency)} {shortage.period}."]
        if shortage.is_too_large:
            words.append("This purchase is above that. Choose fewer coins.")
        else:
            words.append(
                f"Of that {about}{_money(left, currency)} is left." if left else "All of that is used up now."
            )
            if shortage.fits_at:
                words.append(f"This purchase fits again from {_moment(shortage.fits_at)}.")
            else:
                words.append("This purchase fits again when those that you have not paid are closed.")
        super().__init__(" ".join(words))


def assert_within_limits(*, viewer, price: int, currency: str, at: dt.datetime) -> None:
    """Whether a purchase at `price` (smallest part of `currency`) fits into what the viewer may spend, beside
    what they paid in the last day and week and what they may still pay. All is converted at the rates of
    `at`. To hold for two purchases at once, the caller keeps the viewer locked.

    Raises LimitReached, ledger.queries.NoRate.
    """
    rates = {currency: rate(currency, "USD", at).value}
    counting = purchases_counting(viewer, since=at - max(length for _, length in PERIODS))
    for each in counting:
        if each.currency not in rates:
            rates[each.currency] = rate(each.currency, "USD", at).value
    wanted = _dollars(price, currency, rates)
    spent = [(each.closed_at, _dollars(each.price, each.currency, rates)) for each in counting]
    limits = (settings.COIN_LIMIT_DAY_USD, settings.COIN_LIMIT_WEEK_USD)
    shortages = [
        short
        for (period, length), limit in zip(PERIODS, limits, strict=True)
        if (short := _shortage(period, length, to_parts(limit, "USD"), wanted, spent, at))
    ]
    if shortages:
        raise LimitReached(max(shortages, key=Shortage.sort_key), currency, at)


def _shortage(
    period: str,
    length: dt.timedelta,
    limit: int,
    wanted: int,
    spent: list[tuple[dt.datetime | None, int]],
    at: dt.datetime,
) -> Shortage | None:
    """`spent` has when each was paid, None for what is undecided: that counts until it is decided."""
    inside = [(moment, amount) for moment, amount in spent if moment is None or moment > at - length]
    used = sum(amount for _, amount in inside)
    if used + wanted <= limit:
        return None
    fits_at, still_used = None, used
    for moment, amount in sorted((moment, amount) for moment, amount in inside if moment):
        still_used -= amount
        if still_used + wanted <= limit:
            fits_at = moment + length
            break
    return Shortage(period, limit, max(limit - used, 0), wanted, fits_at)


def _dollars(parts: int, currency: str, rates: dict) -> int:
    return convert(parts, currency, "USD", rates[currency], ROUND_UP)


def _money(parts: int, currency: str) -> str:
    return format_amount(parts, currency, get_language() or "en")


def _moment(moment: dt.datetime) -> str:
    local = localtime(moment)
    return f"{date_format(local, 'DATETIME_FORMAT')} ({local:%Z})"
