"""A creator chooses when, and from which amount on, to be paid."""

import datetime as dt

from ledger.queries import rate
from ledger.rates import convert
from payouts import queries
from payouts.models import PayoutPreference
from payouts.queries.preferences import preference_of
from payouts.words import money


class UnableToChoose(ValueError):
    """The terms of the creator's country don't allow it. `field` is what is wrong."""

    def __init__(self, code: str, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.code, self.field = code, field


def choose(*, owner, schedule: str, minimum: int | None, at: dt.datetime) -> PayoutPreference:
    """From now on `owner` is paid by `schedule` and from `minimum` on (in the smallest part of the policy's
    currency; None: the policy's own). Choosing the same again changes nothing.

    Raises UnableToChoose, ledger.queries.NoRate."""
    policy = queries.policy_for(str(owner.country), at)
    if policy is None:
        raise UnableToChoose("no_terms", "Payouts are not open in your country yet.")
    if schedule not in policy.schedules:
        raise UnableToChoose("schedule", "Your country's terms don't offer this schedule.", "schedule")
    if minimum is not None:
        _refuse_useless(policy, minimum, at)
    known = preference_of(owner.pk)
    currency = "" if minimum is None else policy.currency
    if known and (known.schedule, known.minimum, known.currency) == (schedule, minimum, currency):
        return known
    return PayoutPreference.objects.create(
        owner=owner, schedule=schedule, minimum=minimum, currency=currency, set_at=at
    )


def _refuse_useless(policy, minimum: int, at: dt.datetime) -> None:
    """A minimum that no day's limit reaches would be waited for in vain."""
    if minimum < policy.minimum:
        least = money(policy.minimum, policy.currency)
        raise UnableToChoose("minimum", f"Nothing below {least} is paid: choose more, or none.", "minimum")
    most = convert(policy.daily_cap_usd, "USD", policy.currency, rate("USD", policy.currency, at).value)
    if minimum > most:
        words = f"No more than {money(most, policy.currency)} is paid at once: choose less."
        raise UnableToChoose("minimum", words, "minimum")
