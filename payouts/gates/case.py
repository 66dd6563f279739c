"""What every gate looks at, and what it answers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from ledger.queries import NoRate
from ledger.units import DIAMOND
from payouts import queries
from payouts.models import PayoutMethod, PayoutPolicy, PayoutRequest
from payouts.queries import Balance
from payouts.queries.identity import Standing, standing
from payouts.queries.preferences import Choice, choice, preference_of
from payouts.quotes import Worth, expected_date, worth
from payouts.states import ON_TRACK


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
    warning: bool = False
    """It is passed, and says what to know before one asks."""
    with_staff: bool = False
    """It is failed, and our staff are at it."""

    @property
    def waits(self) -> bool:
        """The creator has nothing to do about it."""
        return self.with_staff or self.clears_on is not None

    @property
    def sentence(self) -> str:
        return " ".join(filter(None, (self.reason, self.next_step)))


@dataclass(frozen=True)
class Case:
    """A request of `amounts`, {unit: smallest parts}, or of all that is available; `pay_date` is that of the
    pay day that asks. What several gates need is read once."""

    creator: object
    at: dt.datetime
    amounts: Mapping[str, int] | None = None
    pay_date: dt.date | None = None

    @cached_property
    def policy(self) -> PayoutPolicy | None:
        return queries.policy_for(str(self.creator.country), self.at)

    @cached_property
    def choice(self) -> Choice:
        """Only where there are terms."""
        return choice(self.policy, preference_of(self.creator.pk))

    @cached_property
    def clearing(self) -> list:
        """What becomes available on each of the coming days, as `settings.PAYOUT_CLEARING` knows it: `date`
        and `diamonds` in hundredths."""
        return import_string(settings.PAYOUT_CLEARING)(self.creator.pk, self.at)

    @cached_property
    def method(self) -> PayoutMethod | None:
        return queries.method_in_use(self.creator.pk)

    @cached_property
    def standing(self) -> Standing:
        return standing(self.creator.pk, self.at)

    @cached_property
    def open_payout(self) -> PayoutRequest | None:
        return queries.open_payout(self.creator.pk)

    @cached_property
    def balances(self) -> dict[str, Balance]:
        return queries.balances_of(self.creator.pk)

    @property
    def diamonds(self) -> Balance:
        return self.balances[DIAMOND]

    @property
    def available(self) -> dict[str, int]:
        """{unit: smallest parts} of what there is."""
        return {unit: found.available for unit, found in self.balances.items() if found.available > 0}

    @property
    def has(self) -> str:
        return "You have"

    @property
    def whole(self) -> bool:
        return self.amounts is None

    @property
    def asked(self) -> Mapping[str, int]:
        return self.available if self.amounts is None else self.amounts

    @cached_property
    def value(self) -> Worth | None:
        """None where there are no terms, or no rate."""
        if self.policy is None:
            return None
        try:
            return worth(self.policy, self.asked, self.at)
        except NoRate:
            return None


@dataclass(frozen=True)
class Coming(Case):
    """A pay day to come, which begins at `at`, as far as can be seen at `known_at`: what will have cleared
    at `closes_at` has cleared and repaid what is owed, a payout on its way has arrived."""

    known_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None

    @cached_property
    def _releases(self) -> list:
        return import_string(settings.PAYOUT_CLEARING)(self.creator.pk, self.known_at)

    @cached_property
    def clearing(self) -> list:
        return [release for release in self._releases if release.date >= self.closes_at.date()]

    @cached_property
    def balances(self) -> dict[str, Balance]:
        found = queries.balances_of(self.creator.pk)
        had = found[DIAMOND]
        cleared = sum(each.diamonds for each in self._releases if each.date < self.closes_at.date())
        repaid = min(had.owed, had.available + cleared)
        changes = {
            "pending": had.pending - cleared,
            "available": had.available + cleared - repaid,
            "owed": had.owed - repaid,
        }
        return found | {DIAMOND: replace(had, **changes)}

    @cached_property
    def open_payout(self) -> PayoutRequest | None:
        found = queries.open_payout(self.creator.pk)
        if (
            found
            and found.state in ON_TRACK
            and expected_date(found.requested_at, found.policy) < self.pay_date
        ):
            return None
        return found

    @property
    def has(self) -> str:
        return "You will have"


def reader_s_day(day: dt.date) -> dt.date:
    """On which a UTC day begins where the reader is."""
    return timezone.localdate(dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC))
