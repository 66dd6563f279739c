"""Where creators can't ask by themselves, the pay day asks for them."""

import datetime as dt

from django.urls import reverse
from django.utils import formats

from payouts.gates.accounts import country
from payouts.gates.case import Case, Gate
from payouts.models.policies import Schedule
from payouts.schedules import latest_cycle, next_cycle


def pay_day(case: Case) -> Gate | None:
    if case.policy is None or not country(case).passed:
        return None
    label, url = "Time to be paid", reverse("payouts:schedule")
    today = case.at.astimezone(dt.UTC).date()
    coming = next_cycle(case.choice.schedule, case.policy, today)
    if Schedule.ON_DEMAND in case.policy.schedules:
        reason = "You can ask whenever you like."
        if coming:
            reason += f" On {formats.date_format(coming.pay_date)} we ask for you."
        return Gate("pay_day", label, True, reason, url=url)
    latest = latest_cycle(case.choice.schedule, case.policy, today)
    if today == latest.pay_date or case.pay_date == latest.pay_date:
        return Gate("pay_day", label, True, "It is your pay day.", url=url)
    return Gate(
        "pay_day",
        label,
        False,
        f"Payouts in your country are {case.choice.schedule}.",
        "You don't have to do anything: we ask for you on your pay day.",
        url,
        clears_on=coming.pay_date,
        action="See your pay days",
    )
