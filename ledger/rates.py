"""What one unit is worth in another: effective-dated rows, and the ECB's table where no row was set."""

import datetime as dt
import uuid
from bisect import bisect_right
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import cache

from currency_converter import CurrencyConverter, RateNotFoundError
from django.conf import settings

from ledger.models import Rate as RateRow
from ledger.units import decimals, is_currency

DECIMALS = Decimal("1e-10")


class NoRate(LookupError):
    """No rate is known between these units at that moment."""


@dataclass(frozen=True)
class Rate:
    """One `base` is worth `value` of `quote`. `source` is "set" (by staff, `id` names the row), "ecb" (the
    European Central Bank's reference rate of `effective_at`) or "same"."""

    base: str
    quote: str
    value: Decimal
    source: str
    effective_at: dt.datetime
    id: uuid.UUID | None = None

    @property
    def lapses_at(self) -> dt.datetime | None:
        """When one between currencies that was set gives way to the ECB's; None for all others."""
        if self.source != "set" or not (is_currency(self.base) and is_currency(self.quote)):
            return None
        return self.effective_at + dt.timedelta(days=settings.FX_SET_DAYS)


def rate(base: str, quote: str, at: dt.datetime) -> Rate:
    """The rate in force at a moment. Between currencies a set one goes before the ECB's, for
    `settings.FX_SET_DAYS`: who set it for one bad day must not have set it for ever. Raises NoRate."""
    if base == quote:
        return Rate(base, quote, Decimal(1), "same", at)
    row = (
        RateRow.objects.filter(base=base, quote=quote, effective_at__lte=at).order_by("-effective_at").first()
    )
    currencies = is_currency(base) and is_currency(quote)
    if row is not None and not (currencies and lapsed(row.effective_at, at)):
        return Rate(base, quote, row.value, "set", row.effective_at, row.id)
    if currencies:
        try:
            return _not_outdated(_reference_rate(base, quote, at.astimezone(dt.UTC).date()), at)
        except NoRate as error:
            if row is None:
                raise
            raise NoRate(
                f"The rate from {base} to {quote} of {row.effective_at:%Y-%m-%d} held for "
                f"{settings.FX_SET_DAYS} days: set it again."
            ) from error
    raise NoRate(f"No rate from {base} to {quote} is in force at {at:%Y-%m-%d %H:%M} UTC.")


def lapsed(effective_at: dt.datetime, at: dt.datetime) -> bool:
    """Whether a rate between currencies that was set from then on holds no longer."""
    return at - effective_at > dt.timedelta(days=settings.FX_SET_DAYS)


def rates_on(base: str, quote: str, days: Iterable[dt.date]) -> dict[dt.date, Decimal]:
    """What one `base` was worth when each of these UTC days began, in one query; days of which no rate is
    known are missing."""
    if base == quote:
        return dict.fromkeys(days, Decimal(1))
    moments = {day: dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) for day in days}
    if not moments:
        return {}
    rows = RateRow.objects.filter(base=base, quote=quote, effective_at__lte=max(moments.values()))
    steps = list(rows.order_by("effective_at", "id").values_list("effective_at", "value"))
    currencies = is_currency(base) and is_currency(quote)
    starts = [effective_at for effective_at, _ in steps]
    found = {}
    for day, moment in moments.items():
        passed = bisect_right(starts, moment)
        if passed and not (currencies and lapsed(starts[passed - 1], moment)):
            found[day] = steps[passed - 1][1]
        elif currencies:
            with suppress(NoRate):
                found[day] = _not_outdated(_reference_rate(base, quote, day), moment).value
    return found


def convert(parts: int, base: str, quote: str, value: Decimal, rounding: str = ROUND_DOWN) -> int:
    """`parts` of `base` at a rate of `value`, in the smallest part of `quote`, as exact as that allows."""
    worth = Decimal(parts).scaleb(-decimals(base)) * value
    return int(worth.scaleb(decimals(quote)).to_integral_value(rounding))


def _not_outdated(found: Rate, at: dt.datetime) -> Rate:
    """A moment to come is judged by today's table: nobody can have a newer one."""
    age = min(at, dt.datetime.now(dt.UTC)) - found.effective_at
    if age.days > settings.FX_OLDEST_DAYS:
        raise NoRate(
            f"The ECB's table ends on {found.effective_at:%Y-%m-%d}: bring in a newer one or set a rate."
        )
    return found


@cache
def _table() -> CurrencyConverter:
    # On days without a fixing the last one stands; before the first and after the last, the nearest.
    return CurrencyConverter(
        decimal=True,
        fallback_on_wrong_date=True,
        fallback_on_missing_rate=True,
        fallback_on_missing_rate_method="last_known",
    )


@cache
def _reference_rate(base: str, quote: str, day: dt.date) -> Rate:
    table = _table()
    try:
        value = table.convert(1, base, quote, date=day)
    except (ValueError, RateNotFoundError) as error:  # ValueError: not a currency of the table
        raise NoRate(f"The ECB publishes no rate from {base} to {quote}; set one.") from error
    fixed = min(day, *(table.bounds[unit].last_date for unit in (base, quote) if unit != "EUR"))
    midnight = dt.datetime.combine(fixed, dt.time(), tzinfo=dt.UTC)
    return Rate(base, quote, value.quantize(DECIMALS), "ecb", midnight)
