"""What a payout would be worth. Worth is rounded down, each fee half up; net is what remains, so the lines
always add up."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ledger.queries import rate
from ledger.rates import convert
from ledger.units import DIAMOND
from payouts import calendar, queries
from payouts.models import PayoutPolicy
from payouts.queries.tax_forms import withholding_per_mille
from payouts.words import money

REVIEW_DAYS = 2
"""Business days within which staff look at a request."""
RAIL_DAYS = 1
"""Business days that a bank transfer takes."""


class UnableToQuote(Exception):
    """No terms hold where the creator lives, or fees and tax would leave nothing."""


@dataclass(frozen=True)
class Part:
    """What `amount` of `unit` (DIAMOND or a currency) is worth before fees, named as the columns of a
    PayoutLine are; `usd` in US cents."""

    unit: str
    amount: int
    rate: Decimal
    worth: int
    worth_currency: str
    fx_rate: Decimal
    fx_source: str
    gross: int
    usd: int


@dataclass(frozen=True)
class Worth:
    """What everything that is asked for is worth before fees, in the policy's currency and in US cents."""

    parts: tuple[Part, ...]

    @property
    def gross(self) -> int:
        return sum(part.gross for part in self.parts)

    @property
    def usd(self) -> int:
        return sum(part.usd for part in self.parts)


@dataclass(frozen=True)
class Line:
    """One line of a quote; deductions are negative. The last, net, is the sum of the others."""

    code: str
    label: str
    amount: int


@dataclass(frozen=True)
class Quote:
    """`gross - fx_fee - fee - tax = net`, in the smallest part of `currency`."""

    policy: PayoutPolicy
    worth: Worth
    currency: str
    gross: int
    fx_fee: int
    fee: int
    tax: int
    tax_per_mille: int
    net: int
    expected_date: dt.date

    @property
    def asked(self) -> dict[str, int]:
        """{unit: smallest parts} of what would be paid out."""
        return {part.unit: part.amount for part in self.worth.parts}

    @property
    def diamonds(self) -> int:
        return self.asked.get(DIAMOND, 0)

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.worth.parts

    @property
    def lines(self) -> list[Line]:
        return lines(self)


def worth(policy: PayoutPolicy, asked: Mapping[str, int], at: dt.datetime) -> Worth:
    """Of `asked`, {unit: smallest parts}. Raises ledger.queries.NoRate."""
    return Worth(tuple(_part(policy, unit, amount, at) for unit, amount in asked.items() if amount))


def _part(policy: PayoutPolicy, unit: str, amount: int, at: dt.datetime) -> Part:
    own = rate(unit, "USD" if unit == DIAMOND else unit, at)
    fx_rate = rate(own.quote, policy.currency, at)
    value = convert(amount, unit, own.quote, own.value)
    gross = convert(value, own.quote, policy.currency, fx_rate.value)
    in_dollars = fx_rate if policy.currency == "USD" else rate(own.quote, "USD", at)
    usd = convert(value, own.quote, "USD", in_dollars.value)
    return Part(
        unit=unit,
        amount=amount,
        rate=own.value,
        worth=value,
        worth_currency=own.quote,
        fx_rate=fx_rate.value,
        fx_source=fx_rate.source,
        gross=gross,
        usd=usd,
    )


def quote(*, creator, asked: Mapping[str, int], at: dt.datetime) -> Quote:
    """What `asked`, {unit: smallest parts} of diamonds and cash, would bring.

    Raises UnableToQuote, ledger.queries.NoRate."""
    policy = queries.policy_for(str(creator.country), at)
    if policy is None:
        raise UnableToQuote("Payouts are not open in your country yet.")
    value = worth(policy, asked, at)
    gross = value.gross
    changed = sum(part.gross for part in value.parts if part.worth_currency != policy.currency)
    fx_fee = _share(changed, policy.fx_margin_per_mille)
    fee = policy.fee_fixed + _share(gross, policy.fee_per_mille)
    tax_per_mille = max(policy.withholding_per_mille, withholding_per_mille(creator, at))
    tax = _share(gross, tax_per_mille)
    net = gross - fx_fee - fee - tax
    if net <= 0:
        cost = money(gross - net, policy.currency)
        raise UnableToQuote(f"Fees and tax of {cost} would take all of it. Choose a larger amount.")
    return Quote(
        policy=policy,
        worth=value,
        currency=policy.currency,
        gross=gross,
        fx_fee=fx_fee,
        fee=fee,
        tax=tax,
        tax_per_mille=tax_per_mille,
        net=net,
        expected_date=expected_date(at, policy),
    )


def expected_date(requested_at: dt.datetime, policy: PayoutPolicy) -> dt.date:
    """When the money should be in the account, if nothing stops it."""
    days = REVIEW_DAYS + RAIL_DAYS
    return calendar.business_day_after(
        requested_at.date(), days, region=policy.region, currency=policy.currency
    )


def lines(priced) -> list[Line]:
    """The lines of a Quote or of a PayoutRequest, for people. A deduction that is zero is left out, but for
    the fee: that a payout is free is worth saying."""
    margin, tax = _percent(priced.policy.fx_margin_per_mille), _percent(priced.tax_per_mille)
    deductions = [
        Line("fx_fee", f"Currency exchange, {margin}", -priced.fx_fee),
        Line("fee", "Payout fee", -priced.fee),
        Line("tax", f"Tax withheld, {tax}", -priced.tax),
    ]
    return [
        *(Line(f"gross_{part.unit}", _worth_of(part, priced.currency), part.gross) for part in priced.parts),
        *(line for line in deductions if line.amount or line.code == "fee"),
        Line("net", "You receive", priced.net),
    ]


def _worth_of(part, currency: str) -> str:
    if part.unit == DIAMOND:
        return "Your diamonds are worth"
    return "From your cash" if part.unit == currency else f"Your {money(part.amount, part.unit)} are worth"


def _percent(per_mille: int) -> str:
    return f"{Decimal(per_mille) / 10:f} %"


def _share(amount: int, per_mille: int) -> int:
    return int((Decimal(amount) * per_mille / 1000).to_integral_value(ROUND_HALF_UP))
