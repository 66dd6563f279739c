"""What the same amount, or all there will be, would bring now and on the next pay day."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.queries import NoRate
from payouts import quotes
from payouts.gates import failed, judge
from payouts.gates.case import Case, Coming, Gate
from payouts.schedules import Cycle, closing_moment, next_cycle


class NoPayDay(LookupError):
    """The creator is paid on demand alone, or not at all."""


@dataclass(frozen=True)
class Outcome:
    """One column: a quote, or why there is none, and the gates that are closed for it on its day."""

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
    now = _outcome("Now", Case(creator, at, asked))
    cycle = next_cycle_of(creator, at)
    if cycle is None:
        return Simulation(now)
    then = _coming(creator, asked, cycle, at)
    everything = _coming(creator, None, cycle, at).asked
    columns = [_outcome("On the next pay day", then)]
    if everything and everything != dict(asked):
        columns.append(_outcome("All you have by then", _coming(creator, everything, cycle, at)))
    return Simulation(now, cycle, *columns)


def on_next_pay_day(creator, at: dt.datetime, asked: Mapping[str, int]) -> Coming:
    """The case of `asked` on that day. Raises NoPayDay."""
    cycle = next_cycle_of(creator, at)
    if cycle is None:
        raise NoPayDay("You have no pay days: choose a schedule first.")
    return _coming(creator, asked, cycle, at)


def next_cycle_of(creator, at: dt.datetime) -> Cycle | None:
    """The first cycle that pays after today."""
    case = Case(creator, at)
    if case.policy is None:
        return None
    return next_cycle(case.choice.schedule, case.policy, at.astimezone(dt.UTC).date() + dt.timedelta(days=1))


def _coming(creator, asked: Mapping[str, int] | None, cycle: Cycle, at: dt.datetime) -> Coming:
    begins_at = dt.datetime.combine(cycle.pay_date, dt.time(), tzinfo=dt.UTC)
    return Coming(creator, begins_at, asked, cycle.pay_date, known_at=at, closes_at=closing_moment(cycle))


def _outcome(title: str, case: Case) -> Outcome:
    date, closed = case.at.astimezone(dt.UTC).date(), tuple(failed(judge(case)))
    try:
        offer = quotes.quote(creator=case.creator, asked=case.asked, at=case.at)
    except (quotes.UnableToQuote, NoRate) as error:
        return Outcome(title, date, case.asked, refusal=str(error), closed=closed)
    return Outcome(title, date, case.asked, quote=offer, closed=closed)
