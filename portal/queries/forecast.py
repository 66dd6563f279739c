"""What should still arrive, month by month, apart from anything that was earned already and counted."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from ledger.units import DIAMOND
from partnerships.income_streams import IncomeState, Stream
from partnerships.queries.affiliate_income import pending_forecast
from partnerships.queries.deals import forecast as contracts
from partnerships.queries.deals import outstanding
from partnerships.queries.income import sums_of_state
from portal.queries.income import Worth, months_before
from wallets.queries.reserve import reserve_calendar

MONTHS = 6
PROGRAMMES = (Stream.CREATOR_FUND, Stream.AD_REVENUE)
EARNED = {
    "gifts": "Gifts that clear",
    "programmes": "Programme months",
    "commissions": "Affiliate commissions",
    "invoices": "Invoices due",
}
AGREED = {"contracts": "Contracts"}
"""By milestones that are agreed and not invoiced: the work is still to be done."""


@dataclass(frozen=True)
class Expected:
    """One month's amounts in the smallest part of the creator's currency, at today's rates. `earned` and
    `agreed` run beside the values of EARNED and AGREED."""

    first: dt.date
    earned: list[int]
    agreed: list[int]


def forecast(creator, at: dt.datetime) -> list[Expected]:
    """This month and the next five; what should have come before counts for this one. Amounts of units
    without a rate are left out. Empty where nothing is expected."""
    today = at.astimezone(dt.UTC).date()
    this = today.replace(day=1)
    rows = list(_expected(creator.pk, at, today))
    worth = Worth(creator.base_currency, ((unit, today) for _, _, unit, _ in rows))
    sums: dict[tuple[str, dt.date], int] = defaultdict(int)
    for source, date, unit, amount in rows:
        sums[source, max(date.replace(day=1), this)] += worth.of(amount, unit, today) or 0
    firsts = [months_before(this, -ahead) for ahead in range(MONTHS)]
    if not any(amount for (_, first), amount in sums.items() if first in firsts):
        return []
    return [
        Expected(
            first, [sums[source, first] for source in EARNED], [sums[source, first] for source in AGREED]
        )
        for first in firsts
    ]


def _expected(creator_id, at: dt.datetime, today: dt.date):
    """(source, day, unit, amount)."""
    for release in reserve_calendar(creator_id, at):
        yield "gifts", release.date, DIAMOND, release.diamonds
    pending = sums_of_state(creator_id, state=IncomeState.PENDING, streams=PROGRAMMES, until=today)
    for date, currency, amount in pending:
        yield "programmes", months_before(date.replace(day=1), -1), currency, amount
    for month in pending_forecast(creator_id, at):
        yield "commissions", month.first, month.currency, month.amount
    for due_date, currency, amount in outstanding(creator_id):
        yield "invoices", due_date, currency, amount
    for first, amounts in contracts(creator_id, today).items():
        for currency, amount in amounts.items():
            yield "contracts", first, currency, amount
