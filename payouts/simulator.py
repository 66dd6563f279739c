"""What the same amount, or all there will be, would bring now and on the next pay day."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.queries import NoRate
from ledger.units import DIAMOND
from payouts import quotes
from payouts.gates import failed, gates
from payouts.gates.case import Case, Gate
from payouts.schedules import Cycle, closing_moment, next_cycle


class NoPayDay(LookupError):
    """The creator is paid on demand alone, or not at all."""


@dataclass(frozen=True)
class Outcome:
    """One column: a quote, or why there is none, and the gates that are closed for it today."""

    title: str
    date: dt.date
    asked: Mapping[str, int]
    quote: quotes.Quote | None = None
    refusal: str = ""
    closed: tuple[Gate, ...] = ()


@dataclass(frozen=True)
class Simulation:
    """`cycle` is None for a creator who has no pay days."""

    now: Outcome
    cycle: Cycle | None = None
    then: Outcome | None = None
    all_then: Outcome | None = None

    @property
    def outcomes(self) -> list[Outcome]:
        return [each for each in (self.now, self.then, self.all_then) if each is not None]


def simulate(creator, at: dt.datetime, asked: Mapping[str, int]) -> Simulation:
    """`asked`, {unit: smallest parts}, may be more than there is: what would it bring? Rates that are already
    announced count for the next pay day; others stay as they are."""
    today = at.astimezone(dt.UTC).date()
    now = _outcome("Now", creator, asked, at, today, tuple(failed(gates(creator, at, asked))))
    cycle = next_cycle_of(creator, at)
    if cycle is None:
        return Simulation(now)
    case, moment = Case(creator, at), _beginning(cycle)
    then = _outcome("On the next pay day", creator, asked, moment, cycle.pay_date)
    everything = _by_the_close(case, cycle)
    if not everything or everything == dict(asked):
        return Simulation(now, cycle, then)
    return Simulation(
        now, cycle, then, _outcome("All you have by then", creator, everything, moment, cycle.pay_date)
    )


def next_cycle_of(creator, at: dt.datetime) -> Cycle | None:
    """The first cycle that pays after today."""
    case = Case(creator, at)
    if case.policy is None:
        return None
    return next_cycle(case.choice.schedule, case.policy, at.astimezone(dt.UTC).date() + dt.timedelta(days=1))


def next_pay_moment(creator, at: dt.datetime) -> dt.datetime:
    """When the next pay day begins. Raises NoPayDay."""
    cycle = next_cycle_of(creator, at)
    if cycle is None:
        raise NoPayDay("You have no pay days: choose a schedule first.")
    return _beginning(cycle)


def _beginning(cycle: Cycle) -> dt.datetime:
    return dt.datetime.combine(cycle.pay_date, dt.time(), tzinfo=dt.UTC)


def _by_the_close(case: Case, cycle: Cycle) -> dict[str, int]:
    """What is available, and what clears before the cycle closes."""
    close = max(closing_moment(cycle), case.at)
    cleared = sum(release.diamonds for release in case.clearing if release.date < close.date())
    found = {DIAMOND: 0, **case.available}
    found[DIAMOND] += cleared
    return {unit: amount for unit, amount in found.items() if amount}


def _outcome(title: str, creator, asked, at: dt.datetime, date: dt.date, closed=()) -> Outcome:
    try:
        offer = quotes.quote(creator=creator, asked=asked, at=at)
    except (quotes.UnableToQuote, NoRate) as error:
        return Outcome(title, date, asked, refusal=str(error), closed=closed)
    return Outcome(title, date, asked, quote=offer, closed=closed)
