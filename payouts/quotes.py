"""What a payout would be worth. Worth is rounded down, each fee half up; net is what remains, so the lines
always add up."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ledger.queries import Rate, rate
from ledger.rates import convert
from ledger.units import DIAMOND
from payouts import calendar, queries
from payouts.models import PayoutPolicy
from payouts.words import money

REVIEW_DAYS = 2
"""Business days within which staff look at a request."""
RAIL_DAYS = 1
"""Business days that a bank transfer takes."""


class UnableToQuote(Exception):
    """No terms hold where the creator lives, or fees and tax would leave nothing."""


@dataclass(frozen=True)
class Worth:
    """What diamonds are worth before fees: `usd` in US cents, `gross` in the policy's currency."""

    diamond_rate: Rate
    fx_rate: Rate
    usd: int
    gross: int


@dataclass(frozen=True)
class Line:
    """One line of a quote; deductions are negative. The last, net, is the sum of the others."""

    code: str
    label: str
    amount: int


@dataclass(frozen=True)
class Quote:
    """`gross - fx_fee - fee - tax = net`, in the smallest part of `currency`; `diamonds` in hundredths."""

    policy: PayoutPolicy
    diamonds: int
    worth: Worth
    currency: str
    gross: int
    fx_fee: int
    fee: int
    tax: int
    net: int
    expected_date: dt.date

    @property
    def lines(self) -> list[Line]:
        return lines(self)


def worth(policy: PayoutPolicy, diamonds: int, at: dt.datetime) -> Worth:
    """Raises ledger.queries.NoRate."""
    diamond_rate = rate(DIAMOND, "USD", at)
    fx_rate = rate("USD", policy.currency, at)
    usd = convert(diamonds, DIAMOND, "USD", diamond_rate.value)
    return Worth(diamond_rate, fx_rate, usd, convert(usd, "USD", policy.currency, fx_rate.value))


def quote(*, creator, diamonds: int, at: dt.datetime) -> Quote:
    """What `diamonds` (in hundredths) would bring. Raises UnableToQuote, ledger.queries.NoRate."""
    policy = queries.policy_for(str(creator.country), at)
    if policy is None:
        raise UnableToQuote("Payouts are not open in your country yet.")
    value = worth(policy, diamonds, at)
    gross = value.gross
    fx_fee = 0 if policy.currency == "USD" else _share(gross, policy.fx_margin_per_mille)
    fee = policy.fee_fixed + _share(gross, policy.fee_per_mille)
    tax = _share(gross, policy.withholding_per_mille)
    net = gross - fx_fee - fee - tax
    if net <= 0:
        cost = money(gross - net, policy.currency)
        raise UnableToQuote(f"Fees and tax of {cost} would take all of it. Choose a larger amount.")
    return Quote(
        policy=policy,
        diamonds=diamonds,
        worth=value,
        currency=policy.currency,
        gross=gross,
        fx_fee=fx_fee,
        fee=fee,
        tax=tax,
        net=net,
        expected_date=expected_date(at),
    )


def expected_date(requested_at: dt.datetime) -> dt.date:
    """When the money should be in the account, if nothing stops it."""
    return calendar.business_day_after(requested_at.date(), REVIEW_DAYS + RAIL_DAYS)


def lines(priced) -> list[Line]:
    """The lines of a Quote or of a PayoutRequest, for people. A line that is zero is left out, but for the
    fee: that a payout is free is worth saying."""
    every = [
        Line("gross", "Your diamonds are worth", priced.gross),
        Line("fx_fee", f"Currency exchange, {_percent(priced.policy.fx_margin_per_mille)}", -priced.fx_fee),
        Line("fee", "Payout fee", -priced.fee),
        Line("tax", f"Tax withheld, {_percent(priced.policy.withholding_per_mille)}", -priced.tax),
        Line("net", "You receive", priced.net),
    ]
    return [line for line in every if line.amount or line.code == "fee"]


def _percent(per_mille: int) -> str:
    return f"{Decimal(per_mille) / 10:f} %"


def _share(amount: int, per_mille: int) -> int:
    return int((Decimal(amount) * per_mille / 1000).to_integral_value(ROUND_HALF_UP))
