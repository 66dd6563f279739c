"""What stands between a creator and their money. This one function is the checklist's, the form's, the
operation's and the API's: what it says passed is all that a request needs."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from ledger.queries import NoRate, rate
from ledger.rates import convert
from ledger.units import DIAMOND
from payouts import queries, rails
from payouts.models import PayoutMethod, PayoutPolicy
from payouts.quotes import Worth, worth
from payouts.words import money


@dataclass(frozen=True)
class Gate:
    """One condition. A failed one says why, what to do, and the reader's day on which it clears by itself,
    where one is known; `url` is where it is done, `action` the words of the button there."""

    code: str
    label: str
    passed: bool
    reason: str
    next_step: str = ""
    url: str = ""
    clears_on: dt.date | None = None
    action: str = "Do it now"

    @property
    def sentence(self) -> str:
        return " ".join(filter(None, (self.reason, self.next_step)))


def gates(creator, at: dt.datetime, amount: int | None = None) -> list[Gate]:
    """For a request of `amount` hundredths of a diamond, or of all that is available. Gates that need the
    terms of a country are missing where it has none."""
    policy = queries.policy_for(str(creator.country), at)
    method = queries.method_in_use(creator.pk)
    country = _country(creator, policy)
    found = [_account(creator), country]
    if policy is None:
        return found
    open_payout = _open_payout(creator)
    found += [*([_method(method)] if country.passed else []), *_lock(method, at), open_payout]
    available = queries.diamonds_of(creator.pk).available
    asked = available if amount is None else amount
    try:
        value = worth(policy, asked, at)
    except NoRate:
        return [*found, _no_rate(policy)]
    return [
        *found,
        # The diamonds of an open request are held: what is left says nothing about the next one.
        *([_available(available, asked), _minimum(policy, value)] if open_payout.passed else []),
        _daily_cap(creator, policy, at, value, whole=amount is None),
    ]


def largest_request(creator, at: dt.datetime) -> int:
    """The most, in hundredths of a diamond, that the balance and today's limit allow."""
    available = queries.diamonds_of(creator.pk).available
    policy = queries.policy_for(str(creator.country), at)
    if policy is None:
        return available
    left = _left_today(creator, policy, at)
    return min(available, convert(left, "USD", DIAMOND, 1 / rate(DIAMOND, "USD", at).value))


def unreachable(creator, at: dt.datetime) -> Gate | None:
    """Why no bank account could be paid where the creator lives, if none could."""
    policy = queries.policy_for(str(creator.country), at)
    gate = _country(creator, policy)
    return None if gate.passed else gate


def failed(found: list[Gate]) -> list[Gate]:
    return [gate for gate in found if not gate.passed]


def _account(creator) -> Gate:
    if not creator.is_active:
        return Gate(
            "account",
            "Account in good standing",
            False,
            "Your account is closed.",
            "Ask our staff to open it again.",
        )
    if not creator.is_creator:
        return Gate(
            "account",
            "Creator account",
            False,
            "Only creators are paid.",
            "Become a creator in your profile.",
        )
    return Gate("account", "Account in good standing", True, "Your account is open.")


def _country(creator, policy: PayoutPolicy | None) -> Gate:
    label = "Payouts open in your country"
    if not creator.country:
        return Gate(
            "country", label, False, "We don't know where you live.", "Choose your country in your profile."
        )
    if policy is None:
        return Gate(
            "country",
            label,
            False,
            f"Payouts are not open in {creator.country.name} yet.",
            "Your diamonds stay yours; we tell you when it opens.",
        )
    if not rails.reach(method_kinds=policy.methods, currency=policy.currency):
        return Gate(
            "country",
            label,
            False,
            f"We can't send {policy.currency} to accounts in your country yet.",
            "Your diamonds stay yours; we tell you when it opens.",
        )
    return Gate("country", label, True, f"{creator.country.name}, paid in {policy.currency}.")


def _method(method: PayoutMethod | None) -> Gate:
    label, methods = "Somewhere to pay to", reverse("payouts:methods")
    if method is None:
        return Gate("method", label, False, "We don't have your bank account.", "Add it.", methods)
    return Gate("method", label, True, f"{method.masked} {method.bank_name}".strip(), url=methods)


def _lock(method: PayoutMethod | None, at: dt.datetime) -> list[Gate]:
    if method is None:
        return []
    label = "Bank account past its lock"
    if method.usable_from > at:
        return [
            Gate(
                "method_lock",
                label,
                False,
                "Your bank account was changed; for your safety nothing is paid to a new one for five days.",
                "If it wasn't you, remove it and change your password now.",
                reverse("payouts:methods"),
                clears_on=timezone.localdate(method.usable_from),
            )
        ]
    return [Gate("method_lock", label, True, "Ready to be paid to.")]


def _open_payout(creator) -> Gate:
    payout = queries.open_payout(creator.pk)
    label = "No other payout under way"
    if payout is None:
        return Gate("open_payout", label, True, "None under way.")
    return Gate(
        "open_payout",
        label,
        False,
        f"Payout {payout.reference} is {payout.get_state_display().lower()}.",
        "One at a time: follow it, or cancel it while it is in review.",
        reverse("payouts:payout", args=[payout.id]),
        action="Follow it",
    )


def _no_rate(policy: PayoutPolicy) -> Gate:
    return Gate(
        "rate",
        "Exchange rate",
        False,
        f"No exchange rate from US dollars to {policy.currency} is set at the moment.",
        "Our staff set it; try again tomorrow.",
    )


def _available(available: int, asked: int) -> Gate:
    label = "Enough available diamonds"
    reason = f"You have {money(available, DIAMOND)} available."
    if not available:
        return Gate("balance", label, False, reason, "Gifts become available some days after they arrive.")
    if asked > available:
        return Gate("balance", label, False, reason, "Choose a smaller amount.")
    return Gate("balance", label, True, reason)


def _minimum(policy: PayoutPolicy, value: Worth) -> Gate:
    label = "Above the minimum"
    minimum = money(policy.minimum, policy.currency)
    worth_now = money(value.gross, policy.currency)
    if value.gross < policy.minimum:
        return Gate(
            "minimum",
            label,
            False,
            f"The minimum is {minimum}; this is worth {worth_now}.",
            f"{money(policy.minimum - value.gross, policy.currency)} more and you can be paid.",
        )
    return Gate("minimum", label, True, f"{worth_now}; the minimum is {minimum}.")


def _daily_cap(creator, policy: PayoutPolicy, at: dt.datetime, value: Worth, *, whole: bool) -> Gate:
    """The checklist asks whether anything may still be requested today, a request whether this much may."""
    label = "Within today's limit"
    left = _left_today(creator, policy, at)
    reason = f"{money(left, 'USD')} of {money(policy.daily_cap_usd, 'USD')} are left for today."
    if left and (whole or value.usd <= left):
        return Gate("daily_cap", label, True, reason)
    fits_tomorrow = whole or value.usd <= policy.daily_cap_usd
    step = "Choose a smaller amount."
    if fits_tomorrow:
        step = (
            "Choose a smaller amount or ask again after midnight UTC."
            if left
            else "Ask again after midnight UTC."
        )
    midnight = at.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    return Gate(
        "daily_cap",
        label,
        False,
        reason,
        next_step=step,
        clears_on=timezone.localdate(midnight) if fits_tomorrow else None,
    )


def _left_today(creator, policy: PayoutPolicy, at: dt.datetime) -> int:
    requested = queries.requested_on(creator.pk, at.astimezone(dt.UTC).date())
    return max(policy.daily_cap_usd - requested, 0)
