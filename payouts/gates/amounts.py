"""Whether there is enough, and whether it is not too much."""

import datetime as dt

from django.utils import timezone

from ledger.units import DIAMOND
from payouts import queries
from payouts.gates.case import Case, Gate
from payouts.models import PayoutPolicy
from payouts.words import money


def exchange_rate(case: Case) -> Gate | None:
    if case.policy is None or case.value is not None:
        return None
    return Gate(
        "rate",
        "Exchange rate",
        False,
        f"No exchange rate from {_bases(case)} to {case.policy.currency} is set at the moment.",
        "Our staff set it; try again tomorrow.",
    )


def _bases(case: Case) -> str:
    cash = [unit for unit in case.asked if unit not in (DIAMOND, case.policy.currency)]
    return ", ".join(["US dollars", *cash] if DIAMOND in case.asked or not cash else cash)


def _measurable(case: Case) -> bool:
    """The diamonds of an open request are held: what is left says nothing about the next one."""
    return case.value is not None and case.open_payout is None


def balance(case: Case) -> Gate | None:
    if not _measurable(case):
        return None
    label = "Enough available"
    has = " and ".join(money(amount, unit) for unit, amount in case.available.items())
    reason = f"You have {has or money(0, DIAMOND)} available."
    if not case.available:
        return Gate("balance", label, False, reason, "Gifts become available some days after they arrive.")
    if any(amount > case.available.get(unit, 0) for unit, amount in case.asked.items()):
        return Gate("balance", label, False, reason, "Choose a smaller amount.")
    return Gate("balance", label, True, reason)


def minimum(case: Case) -> Gate | None:
    if not _measurable(case):
        return None
    label, policy = "Above the minimum", case.policy
    least = money(policy.minimum, policy.currency)
    worth_now = money(case.value.gross, policy.currency)
    if case.value.gross < policy.minimum:
        return Gate(
            "minimum",
            label,
            False,
            f"The minimum is {least}; this is worth {worth_now}.",
            f"{money(policy.minimum - case.value.gross, policy.currency)} more and you can be paid.",
        )
    return Gate("minimum", label, True, f"{worth_now}; the minimum is {least}.")


def daily_cap(case: Case) -> Gate | None:
    """The checklist asks whether anything may still be requested today, a request whether this much may."""
    if case.value is None:
        return None
    label, policy, whole = "Within today's limit", case.policy, case.whole
    left = left_today(case.creator, policy, case.at)
    reason = f"{money(left, 'USD')} of {money(policy.daily_cap_usd, 'USD')} are left for today."
    if left and (whole or case.value.usd <= left):
        return Gate("daily_cap", label, True, reason)
    fits_tomorrow = whole or case.value.usd <= policy.daily_cap_usd
    step = "Choose a smaller amount."
    if fits_tomorrow:
        step = (
            "Choose a smaller amount or ask again after midnight UTC."
            if left
            else "Ask again after midnight UTC."
        )
    midnight = case.at.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Gate(
        "daily_cap",
        label,
        False,
        reason,
        next_step=step,
        clears_on=timezone.localdate(midnight + dt.timedelta(days=1)) if fits_tomorrow else None,
    )


def left_today(creator, policy: PayoutPolicy, at: dt.datetime) -> int:
    """US cents that a creator may still request on this UTC day."""
    requested = queries.requested_on(creator.pk, at.astimezone(dt.UTC).date())
    return max(policy.daily_cap_usd - requested, 0)
