"""A creator's money on one screen: what stands, what came and what is to come."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN

from ledger.queries import rates_on
from ledger.rates import convert
from ledger.units import DIAMOND
from partnerships.income_streams import Stream
from partnerships.queries.goals import goals_of
from payouts.queries import Balance
from portal.queries.advice import Span, changes, spans
from portal.queries.dependence import Dependence, largest_party, largest_stream
from portal.queries.forecast import Expected, forecast
from portal.queries.income import Earned, Income, Row, earned, income
from portal.queries.standing import Standing, standing
from wallets.queries.reserve import Release, reserve_calendar


@dataclass(frozen=True)
class Goal:
    """What a stream should bring this month and has brought, in the creator's currency. `pace` is what it
    comes to at this rate by the month's end."""

    stream: Stream
    target: int
    reached: int
    pace: int


@dataclass(frozen=True)
class Dashboard:
    """`concentrated` is the one stream that brings nearly all of the period, if one does, and `dependent` the
    one party that brings most of it, whatever the page is narrowed to. `spans` are what `changes` compares:
    the newer and the older one."""

    currency: str
    standing: Standing
    diamonds: Balance
    income: Income
    concentrated: Row | None
    dependent: Dependence | None
    spans: tuple[Span, Span]
    changes: list[str]
    goals: list[Goal]
    forecast: list[Expected]
    calendar: list[Release]


def dashboard(
    creator, at: dt.datetime, *, months: int, streams: list[Stream], money: Callable[[int], str]
) -> Dashboard:
    """`months` and `streams` narrow the income alone; `money` writes an amount of the creator's currency."""
    today, currency = at.astimezone(dt.UTC).date(), creator.base_currency
    money_now = standing(creator, at)
    found = income(creator.pk, months=months, today=today, currency=currency, streams=streams)
    whole = found
    if len(streams) < len(Stream):
        whole = income(creator.pk, months=months, today=today, currency=currency)
    now, before = spans(today)
    recent = earned(creator.pk, since=before.first, until=today, currency=currency)
    return Dashboard(
        currency=currency,
        standing=money_now,
        diamonds=next(each.balance for each in money_now.units if each.unit == DIAMOND),
        income=found,
        concentrated=largest_stream(whole),
        dependent=largest_party(creator.pk, whole),
        spans=(now, before),
        changes=changes(recent, now, before, money),
        goals=_goals(creator, recent, today),
        forecast=forecast(creator, at),
        calendar=reserve_calendar(creator.pk, at),
    )


def _goals(creator, recent: list[Earned], today: dt.date) -> list[Goal]:
    first = today.replace(day=1)
    length = ((first + dt.timedelta(days=32)).replace(day=1) - first).days
    found = []
    for stream, goal in goals_of(creator.pk, first).items():
        value = rates_on(goal.currency, creator.base_currency, [today]).get(today)
        if value is None:
            continue
        target = convert(goal.amount, goal.currency, creator.base_currency, value, ROUND_HALF_EVEN)
        reached = sum(day.worth or 0 for day in recent if day.stream == stream and day.date >= first)
        found.append(Goal(stream, target, reached, reached * length // today.day))
    return sorted(found, key=lambda goal: list(Stream).index(goal.stream))
