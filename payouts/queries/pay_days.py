"""Whose pay day it is, and what earlier ones did."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from ledger.chart import CREATOR_CASH_AVAILABLE, CREATOR_DIAMONDS_AVAILABLE
from ledger.queries import balance_at, owners_holding
from ledger.units import DIAMOND
from payouts.models import PayDay
from payouts.queries import balances_of, policy_for
from payouts.queries.preferences import choice, preferences_of
from payouts.schedules import Cycle, closing_moment, latest_cycle

CATCH_UP = dt.timedelta(days=2)
"""For so long a pay day that was missed, because nothing ran, is still kept."""


@dataclass(frozen=True)
class Due:
    creator_id: uuid.UUID
    schedule: str
    cycle: Cycle


def due(at: dt.datetime) -> list[Due]:
    """Whose pay day is today, or was missed, among those who have something available. Who chose a schedule
    after its pay day waits for the next one."""
    today = at.astimezone(dt.UTC).date()
    holding = {*owners_holding(CREATOR_DIAMONDS_AVAILABLE), *owners_holding(CREATOR_CASH_AVAILABLE)}
    kept = set(PayDay.objects.filter(pay_date__gte=today - CATCH_UP).values_list("creator_id", "pay_date"))
    chosen = preferences_of(holding)
    people = get_user_model().objects.filter(pk__in=holding).order_by("pk")
    policies: dict = {}
    found = []
    for creator_id, country in people.values_list("pk", "country"):
        if country not in policies:
            policies[country] = policy_for(country, at)
        policy = policies[country]
        if policy is None:
            continue
        chose = choice(policy, chosen.get(creator_id))
        cycle = latest_cycle(chose.schedule, policy, today)
        if cycle is None or cycle.pay_date < today - CATCH_UP or (creator_id, cycle.pay_date) in kept:
            continue
        if chose.set_at is None or chose.set_at.date() <= cycle.pay_date:
            found.append(Due(creator_id, chose.schedule, cycle))
    return found


def closed_with(creator_id: uuid.UUID, cycle: Cycle) -> dict[str, int]:
    """{unit: smallest parts}: as much as was available when a cycle closed, or what is left if it is less."""
    last = closing_moment(cycle) - dt.timedelta(microseconds=1)
    found = {}
    for unit, now in balances_of(creator_id).items():
        kind = CREATOR_DIAMONDS_AVAILABLE if unit == DIAMOND else CREATOR_CASH_AVAILABLE
        amount = min(now.available, balance_at(kind.of(creator_id, unit), last)) if now.available > 0 else 0
        if amount > 0:
            found[unit] = amount
    return found


def pay_days_of(creator_id: uuid.UUID) -> QuerySet[PayDay]:
    """Newest first."""
    return PayDay.objects.filter(creator_id=creator_id).select_related("payout")
