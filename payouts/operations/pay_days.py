"""On a pay day the portal asks for each creator, or notes why not."""

import datetime as dt
from collections.abc import Mapping

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.urls import reverse

from ledger.queries import NoRate
from ledger.units import DIAMOND
from payouts import quotes
from payouts.gates import failed, gates, largest_request
from payouts.gates.case import Gate
from payouts.models import PayDay
from payouts.notices import notify
from payouts.operations.requests import NotEligible, UnusableMethod, request_payout
from payouts.queries import method_in_use
from payouts.queries.pay_days import Due, closed_with
from payouts.words import money, read_by


def keep_pay_day(*, due: Due, at: dt.datetime) -> PayDay | None:
    """Ask for all that was available when the cycle closed, as far as today's limit allows; where a gate is
    closed, note every closed one. Happens once for a creator and a pay day, however many workers try.

    None for who had nothing available."""
    creator = get_user_model().objects.get(pk=due.creator_id)
    kept = PayDay.objects.filter(creator=creator, pay_date=due.cycle.pay_date)
    try:
        with transaction.atomic(), read_by(creator):
            return kept.first() or _keep(creator, due, at)
    except IntegrityError:
        if not kept.exists():
            raise
        return kept.get()  # another worker came first by a moment


def _keep(creator, due: Due, at: dt.datetime) -> PayDay | None:
    whole = closed_with(creator.pk, due.cycle)
    if not whole:
        return None
    payout, closed = _ask(creator, whole, due.cycle.pay_date, at)
    day = PayDay.objects.create(
        creator=creator,
        pay_date=due.cycle.pay_date,
        schedule=due.schedule,
        at=at,
        payout=payout,
        gates=[_written(gate) for gate in closed],
    )
    if payout is None:
        _tell(day)
    return day


def _ask(creator, whole: Mapping[str, int], pay_date: dt.date, at: dt.datetime):
    """The payout, if any, and the gates that stand before all of it or before its rest."""
    try:
        asked = largest_request(creator, at, whole)
    except NoRate:
        asked = whole  # whose gate says so
    closed = failed(gates(creator, at, asked or whole, pay_date))
    if closed:
        return None, closed
    cash = {unit: amount for unit, amount in asked.items() if unit != DIAMOND}
    try:
        payout = request_payout(
            creator=creator,
            diamonds=asked.get(DIAMOND, 0),
            cash=cash,
            method_id=method_in_use(creator.pk).pk,
            key=f"pay-day:{pay_date}",
            at=at,
            pay_date=pay_date,
        )
    except NotEligible as refusal:
        return None, refusal.gates
    except (UnusableMethod, quotes.UnableToQuote) as refusal:
        return None, [Gate("quote", "Something left to pay", False, str(refusal))]
    return payout, [] if asked == whole else [_rest(whole, asked)]


def _rest(whole: Mapping[str, int], asked: Mapping[str, int]) -> Gate:
    left = {unit: amount - asked.get(unit, 0) for unit, amount in whole.items()}
    words = " and ".join(money(amount, unit) for unit, amount in left.items() if amount)
    reason = f"{words} are above the limit of one day."
    step = "Ask for the rest, or wait for the next pay day."
    return Gate("daily_cap", "Within the day's limit", False, reason, step)


def _written(gate: Gate) -> dict:
    return {
        "code": gate.code,
        "label": gate.label,
        "reason": gate.reason,
        "next_step": gate.next_step,
        "clears_on": gate.clears_on.isoformat() if gate.clears_on else None,
    }


def _tell(day: PayDay) -> None:
    first = day.gates[0]
    notify(
        person=day.creator,
        kind="pay_day_skipped",
        key=f"pay-day:{day.id}",
        at=day.at,
        facts={"pay_date": day.pay_date, "reason": first["reason"], "next_step": first["next_step"]},
        url=reverse("payouts:schedule"),
    )
