"""Whether there is enough, and whether it is not too much."""

import datetime as dt

from django.urls import reverse

from ledger.rates import convert
from ledger.units import DIAMOND
from payouts import queries
from payouts.gates.case import Case, Gate, reader_s_day
from payouts.models import PayoutPolicy
from payouts.quotes import worth
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
        with_staff=True,
    )


def _bases(case: Case) -> str:
    cash = [unit for unit in case.asked if unit not in (DIAMOND, case.policy.currency)]
    return ", ".join(["US dollars", *cash] if DIAMOND in case.asked or not cash else cash)


def _measurable(case: Case) -> bool:
    """The diamonds of an open request are held: what is left says nothing about the next one, unless that
    asks for an amount of its own."""
    return case.value is not None and (case.open_payout is None or not case.whole)


def balance(case: Case) -> Gate | None:
    if not _measurable(case):
        return None
    label = "Enough available"
    has = " and ".join(money(amount, unit) for unit, amount in case.available.items())
    reason = f"{case.has} {has or money(0, DIAMOND)} available."
    if not case.available:
        step = "Gifts become available some days after they arrive."
        return Gate("balance", label, False, reason, step, clears_on=clears(case, case.diamonds.owed + 1))
    if any(amount > case.available.get(unit, 0) for unit, amount in case.asked.items()):
        return Gate("balance", label, False, reason, "Choose a smaller amount.")
    return Gate("balance", label, True, reason)


def clears(case: Case, diamonds: int) -> dt.date | None:
    """The day on which so much (hundredths) of what is pending will have cleared."""
    cleared = 0
    for release in case.clearing:
        cleared += release.diamonds
        if cleared >= diamonds:
            return reader_s_day(release.date)
    return None


def minimum(case: Case) -> Gate | None:
    """The terms', or the creator's own higher one."""
    if not _measurable(case):
        return None
    label, policy, least = "Above the minimum", case.policy, case.choice.minimum
    whose = "Your own minimum" if case.choice.own else "The minimum"
    worth_now, asks = money(case.value.gross, policy.currency), money(least, policy.currency)
    if case.value.gross >= least:
        return Gate("minimum", label, True, f"{worth_now}; {whose.lower()} is {asks}.")
    step = f"{money(least - case.value.gross, policy.currency)} more and you can be paid."
    return Gate(
        "minimum",
        label,
        False,
        f"{whose} is {asks}; this is worth {worth_now}.",
        f"{step} You can lower your own minimum." if case.choice.own else step,
        reverse("payouts:schedule") if case.choice.own else "",
        clears_on=_reaches(case, least) if case.whole or case.pay_date else None,
        action="Change it",
    )


def _reaches(case: Case, least: int) -> dt.date | None:
    """The day on which enough of what is pending will have cleared, at today's rates."""
    pending = sum(release.diamonds for release in case.clearing)
    cleared = case.asked.get(DIAMOND, 0) - case.diamonds.owed
    if cleared + pending <= 0:
        return None
    (part,) = worth(case.policy, {DIAMOND: cleared + pending}, case.at).parts
    cash = sum(other.gross for other in case.value.parts if other.unit != DIAMOND)
    for release in case.clearing:
        cleared += release.diamonds
        dollars = convert(max(cleared, 0), DIAMOND, part.worth_currency, part.rate)
        if cash + convert(dollars, part.worth_currency, case.policy.currency, part.fx_rate) >= least:
            return reader_s_day(release.date)
    return None


def daily_cap(case: Case) -> Gate | None:
    """The checklist asks whether anything may still be requested today, a request whether this much may."""
    if case.value is None:
        return None
    label, policy, whole = "Within today's limit", case.policy, case.whole
    left = left_today(case.creator, policy, case.at)
    sum_left, fits = _sum_left(case, left), case.value.usd <= left
    reason = f"{sum_left[0].upper()}{sum_left[1:]} are left for today."
    if left and whole and not fits:
        reason = f"Of what you have, {sum_left} can be asked for today."
        return Gate("daily_cap", label, True, reason, "Ask for more after midnight UTC.", warning=True)
    if left and fits:
        return Gate("daily_cap", label, True, reason)
    fits_tomorrow = whole or case.value.usd <= policy.daily_cap_usd
    step = "Choose a smaller amount."
    if fits_tomorrow:
        smaller = "Choose a smaller amount or ask" if left else "Ask"
        step = f"{smaller} again after midnight UTC."
    tomorrow = case.at.astimezone(dt.UTC).date() + dt.timedelta(days=1)
    clears_on = reader_s_day(tomorrow) if fits_tomorrow else None
    return Gate("daily_cap", label, False, reason, step, clears_on=clears_on)


def _sum_left(case: Case, left: int) -> str:
    """The limit is one of dollars; who is paid in another currency reads what that is about."""
    dollars = f"{money(left, 'USD')} of {money(case.policy.daily_cap_usd, 'USD')}"
    if case.policy.currency == "USD" or not case.value.usd:
        return dollars
    return f"about {money(case.value.gross * left // case.value.usd, case.policy.currency)} ({dollars})"


def left_today(creator, policy: PayoutPolicy, at: dt.datetime) -> int:
    """US cents that a creator may still request on this UTC day."""
    requested = queries.requested_on(creator.pk, at.astimezone(dt.UTC).date())
    return max(policy.daily_cap_usd - requested, 0)
