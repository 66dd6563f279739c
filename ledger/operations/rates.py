"""Rates are announced, and never corrected."""

import datetime as dt
import uuid
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from ledger.models import Rate
from ledger.operations.refusals import LedgerError
from ledger.rates import DECIMALS
from ledger.units import decimals


class UnableToSetRate(LedgerError):
    """The rate is not positive, too fine, announced too late, or refused by a product's rule. `field` names
    what is wrong with it, where one thing is."""

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


def assert_rate(*, base: str, quote: str, value: Decimal, effective_at: dt.datetime, at: dt.datetime) -> None:
    """Whether the rate may be announced: history stays as it was, so `effective_at` may not lie before `at`,
    nor sooner than `rate_notice` says; and the rules of `settings.LEDGER_RATE_RULES` (dotted paths of
    functions of base, quote, value and effective_at) may refuse.

    Raises UnableToSetRate, ledger.units.UnknownUnit.
    """
    for unit in (base, quote):
        decimals(unit)
    if base == quote:
        raise UnableToSetRate("A rate joins two units.", "quote")
    if value <= 0 or value != value.quantize(DECIMALS):
        raise UnableToSetRate("A rate is positive, with at most ten decimals.", "value")
    if effective_at < at:
        raise UnableToSetRate("A rate can't change the past: choose a moment from now on.", "effective_at")
    notice = rate_notice(base, quote)
    if effective_at < at + notice:
        raise UnableToSetRate(
            f"What a {base} is worth in {quote} is announced {notice.days} days ahead: choose a moment from "
            f"{at + notice:%Y-%m-%d %H:%M} UTC on.",
            "effective_at",
        )
    for path in settings.LEDGER_RATE_RULES:
        import_string(path)(base=base, quote=quote, value=value, effective_at=effective_at)


def rate_notice(base: str, quote: str) -> dt.timedelta:
    """How long ahead a rate between these units is announced: `settings.LEDGER_RATE_NOTICE`, in days."""
    return dt.timedelta(days=settings.LEDGER_RATE_NOTICE.get(f"{base}/{quote}", 0))


def set_rate(
    *,
    base: str,
    quote: str,
    value: Decimal,
    effective_at: dt.datetime,
    at: dt.datetime,
    by: uuid.UUID | None,
    reason: str,
) -> uuid.UUID:
    """Announce that one `base` is worth `value` of `quote` from `effective_at` on. Returns the row's id.

    Raises UnableToSetRate, ledger.units.UnknownUnit: see `assert_rate`.
    """
    assert_rate(base=base, quote=quote, value=value, effective_at=effective_at, at=at)
    try:
        with transaction.atomic():
            return Rate.objects.create(
                base=base, quote=quote, value=value, effective_at=effective_at, set_by_id=by, reason=reason
            ).id
    except IntegrityError as error:
        raise UnableToSetRate(
            "Another rate is already announced for that very moment.", "effective_at"
        ) from error
