"""Where a creator's money stands now: here, in the books, and elsewhere, as it was reported."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.units import DIAMOND
from partnerships.income_streams import PAID_HERE, IncomeState, Stream
from partnerships.queries.affiliate_totals import held_of
from partnerships.queries.deals import overdue
from partnerships.queries.income import sums_of_state
from partnerships.queries.programme_income import corrections_of
from payouts.queries import balances_of, paid_by_day
from payouts.queries.balances import Balance
from portal.queries.income import Worth, earned

ELSEWHERE = [stream for stream in Stream if stream not in PAID_HERE]
OTHERS_HERE = sorted(PAID_HERE - {Stream.GIFTS})
FIRST = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class Unit:
    """A creator's balance in one unit, and what it is worth today (None where no rate leads there)."""

    unit: str
    balance: Balance
    worth: Balance | None


@dataclass(frozen=True)
class Standing:
    """Amounts in the smallest part of `currency`: what is pending and what was paid at the rates of its days,
    as the rows say, balances at today's. `here` goes through the books and is paid out, also a commission
    that no account of the creator holds yet; `elsewhere` was reported and is never mixed with it.
    Units without a rate are in `unvalued` and in no figure.

    What is pending on the `units`, `held_orders`, `corrections` (below zero) and `of_rates` add up to
    `pending_here`."""

    currency: str
    units: list[Unit]
    pending_here: int
    held_orders: int
    corrections: int
    pending_elsewhere: int
    available: int
    held: int
    owed: int
    paid_here: int
    paid_elsewhere: int
    overdue: int
    unvalued: list[str]

    @property
    def of_rates(self) -> int:
        """What comes of the rates of the days on which it was earned, beside today's."""
        booked = sum(unit.worth.pending for unit in self.units if unit.worth is not None)
        return self.pending_here - booked - self.held_orders - self.corrections

    @property
    def pending(self) -> int:
        return self.pending_here + self.pending_elsewhere

    @property
    def paid(self) -> int:
        return self.paid_here + self.paid_elsewhere


def standing(creator, at: dt.datetime) -> Standing:
    today = at.astimezone(dt.UTC).date()
    balances = balances_of(creator.pk)
    late = [(today, unit, amount) for unit, amount in overdue(creator.pk, today).items()]
    paid = paid_by_day(creator.pk)
    pending, waiting, reported = (
        sums_of_state(creator.pk, state=state, streams=streams, until=today)
        for state, streams in (
            (IncomeState.PENDING, OTHERS_HERE),
            (IncomeState.PENDING, ELSEWHERE),
            (IncomeState.PAID, ELSEWHERE),
        )
    )
    gifts = earned(
        creator.pk, since=FIRST, until=today, currency=creator.base_currency, streams=[Stream.GIFTS]
    )
    held, corrections = (
        [(today, unit, amount) for unit, amount in found.items()]
        for found in (held_of(creator.pk), corrections_of(creator.pk))
    )
    everything = [*paid, *late, *pending, *waiting, *reported, *held, *corrections]
    worth = Worth(
        creator.base_currency,
        [*((unit, today) for unit in balances), *((unit, date) for date, unit, _ in everything)],
    )
    units = [Unit(unit, balance, _worth(worth, unit, balance, today)) for unit, balance in balances.items()]
    valued = [unit.worth for unit in units if unit.worth is not None]

    def total(rows: Iterable[tuple[dt.date, str, int]]) -> int:
        return sum(worth.of(amount, unit, date) or 0 for date, unit, amount in rows)

    return Standing(
        currency=creator.base_currency,
        units=[unit for unit in units if unit.unit == DIAMOND or unit.balance != Balance()],
        pending_here=total(pending)
        + sum(day.worth or 0 for day in gifts if day.state == IncomeState.PENDING),
        held_orders=total(held),
        corrections=total(corrections),
        pending_elsewhere=total(waiting),
        available=sum(each.available for each in valued),
        held=sum(each.held for each in valued),
        owed=sum(each.owed for each in valued),
        paid_here=total(paid),
        paid_elsewhere=total(reported),
        overdue=total(late),
        unvalued=sorted(
            {unit.unit for unit in units if unit.worth is None and unit.balance != Balance()}
            | {unit for date, unit, _ in everything if worth.of(0, unit, date) is None}
        ),
    )


def _worth(worth: Worth, unit: str, balance: Balance, today: dt.date) -> Balance | None:
    parts = (balance.pending, balance.available, balance.held, balance.owed)
    worths = [worth.of(amount, unit, today) for amount in parts]
    return None if None in worths else Balance(*worths)
