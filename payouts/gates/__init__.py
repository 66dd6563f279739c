"""What stands between a creator and their money. This one function is the checklist's, the form's, the
operation's and the API's: what it says passed is all that a request needs."""

import datetime as dt
from collections.abc import Callable, Mapping

from ledger.queries import rate
from ledger.rates import convert
from payouts.gates import accounts, amounts, debts, destinations, identity, methods, schedules, stops
from payouts.gates.case import Case, Gate
from payouts.quotes import worth

GATES: list[Callable[[Case], Gate | None]] = [
    accounts.account,
    accounts.country,
    identity.identity,
    identity.tax_form,
    methods.method,
    methods.method_lock,
    destinations.destination,
    stops.rail,
    accounts.open_payout,
    schedules.pay_day,
    debts.debt,
    amounts.exchange_rate,
    amounts.balance,
    amounts.minimum,
    amounts.daily_cap,
]
"""In the order in which people read them. Each answers a Gate, or None where it does not apply."""

CODES = {
    "account": "The account is closed, or no creator's.",
    "country": "Payouts are not open where you live.",
    "identity": "You are not verified.",
    "tax_form": "The tax form that your country asks for is not signed.",
    "method": "There is no account to pay to.",
    "method_lock": "The account was added or changed a few days ago.",
    "destination_paused": "Payments to this account came back.",
    "open_payout": "Another payout is under way.",
    "pay_day": "It is not your pay day.",
    "debt": "There is a debt.",
    "rate": "There is no exchange rate at the moment.",
    "balance": "Less is available.",
    "minimum": "It is less than is paid out at once.",
    "daily_cap": "It is more than may be requested in a day.",
}
"""What it means that a gate of this code is closed. Its own words say more."""


def gates(
    creator, at: dt.datetime, asked: Mapping[str, int] | None = None, pay_date: dt.date | None = None
) -> list[Gate]:
    """For a request of `asked`, {unit: smallest parts} of diamonds and cash, or of all that is available.
    `pay_date` is that of the pay day that asks."""
    return judge(Case(creator, at, asked, pay_date))


def judge(case: Case) -> list[Gate]:
    return [found for gate in GATES if (found := gate(case)) is not None]


def largest_request(creator, at: dt.datetime, upto: Mapping[str, int] | None = None) -> dict[str, int]:
    """The most, {unit: smallest parts}, that the balances (or `upto`) and today's limit allow: diamonds go
    first. Raises NoRate."""
    case = Case(creator, at, upto)
    if case.policy is None:
        return dict(case.asked)
    left, found = amounts.left_today(creator, case.policy, at), {}
    for part in worth(case.policy, case.asked, at).parts:
        found[part.unit] = part.amount
        if part.usd > left:
            value = part.rate * rate(part.worth_currency, "USD", at).value
            found[part.unit] = convert(left, "USD", part.unit, 1 / value)
        left = max(left - part.usd, 0)
    return {unit: amount for unit, amount in found.items() if amount}


def unreachable(creator, at: dt.datetime) -> Gate | None:
    """Why no bank account could be paid where the creator lives, if none could."""
    gate = accounts.country(Case(creator, at))
    return None if gate.passed else gate


def failed(found: list[Gate]) -> list[Gate]:
    return [gate for gate in found if not gate.passed]


def next_step(closed: list[Gate]) -> Gate | None:
    """The first that the creator can open, else one that our staff are at, else what opens last."""
    first = next((gate for gate in closed if not gate.waits), None)
    first = first or next((gate for gate in closed if gate.with_staff), None)
    return first or max(closed, key=lambda gate: gate.clears_on, default=None)
