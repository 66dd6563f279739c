"""What stands between a creator and their money. This one function is the checklist's, the form's, the
operation's and the API's: what it says passed is all that a request needs."""

import datetime as dt
from collections.abc import Callable

from ledger.queries import rate
from ledger.rates import convert
from ledger.units import DIAMOND
from payouts import queries
from payouts.gates import accounts, amounts, debts, methods
from payouts.gates.case import Case, Gate

GATES: list[Callable[[Case], Gate | None]] = [
    accounts.account,
    accounts.country,
    methods.method,
    methods.method_lock,
    accounts.open_payout,
    debts.debt,
    amounts.exchange_rate,
    amounts.balance,
    amounts.minimum,
    amounts.daily_cap,
]
"""In the order in which people read them. Each answers a Gate, or None where it does not apply."""


def gates(creator, at: dt.datetime, amount: int | None = None) -> list[Gate]:
    """For a request of `amount` hundredths of a diamond, or of all that is available."""
    case = Case(creator, at, amount)
    return [found for gate in GATES if (found := gate(case)) is not None]


def largest_request(creator, at: dt.datetime) -> int:
    """The most, in hundredths of a diamond, that the balance and today's limit allow."""
    available = queries.diamonds_of(creator.pk).available
    policy = queries.policy_for(str(creator.country), at)
    if policy is None:
        return available
    left = amounts.left_today(creator, policy, at)
    return min(available, convert(left, "USD", DIAMOND, 1 / rate(DIAMOND, "USD", at).value))


def unreachable(creator, at: dt.datetime) -> Gate | None:
    """Why no bank account could be paid where the creator lives, if none could."""
    gate = accounts.country(Case(creator, at))
    return None if gate.passed else gate


def failed(found: list[Gate]) -> list[Gate]:
    return [gate for gate in found if not gate.passed]
