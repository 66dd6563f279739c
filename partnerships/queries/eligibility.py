"""Whether a creator may take part in a programme, criterion by criterion: what they have, need, and can do.
Pages, the API and the operation all ask here."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django_countries import countries

from ledger.chart import CREATOR_CASH_OWED, CREATOR_DIAMONDS_OWED, VIEWER_COINS
from ledger.queries import holdings, is_frozen
from partnerships.models import FollowerCount, Metric, Programme, ProgrammeTerms
from partnerships.queries.programmes import terms_on

WINDOW = dt.timedelta(days=30)


@dataclass(frozen=True)
class Criterion:
    """`have` and `need` are numbers where the criterion is one, else `told` says what there is; `next_step`
    what to do about it, empty where it is met."""

    code: str
    label: str
    met: bool
    next_step: str
    have: int | None = None
    need: int | None = None
    told: str = ""

    @property
    def percent(self) -> int:
        """How far, from 0 to 100; 100 only once it is met."""
        if self.met or not self.need:
            return 100 if self.met else 0
        return min(99, 100 * (self.have or 0) // self.need)


@dataclass(frozen=True)
class Eligibility:
    """`terms` is None before the programme begins; then nobody is eligible."""

    terms: ProgrammeTerms | None
    criteria: list[Criterion]

    @property
    def met(self) -> bool:
        return self.terms is not None and all(criterion.met for criterion in self.criteria)

    @property
    def missing(self) -> list[Criterion]:
        return [criterion for criterion in self.criteria if not criterion.met]

    @property
    def percent(self) -> int:
        """The mean of all criteria."""
        return sum(each.percent for each in self.criteria) // max(len(self.criteria), 1)


class Candidate:
    """A creator at a moment: what criteria ask for is read once, when the first programme asks."""

    def __init__(self, creator, at: dt.datetime) -> None:
        self.creator, self.at = creator, at

    @cached_property
    def followers(self) -> int:
        counts = FollowerCount.objects.filter(creator=self.creator, date__lte=self.at.date())
        return counts.order_by("-date").values_list("followers", flat=True).first() or 0

    @cached_property
    def views(self) -> dict[uuid.UUID, int]:
        """By programme, of the last 30 whole UTC days."""
        today = self.at.date()
        window = Metric.objects.filter(creator=self.creator, date__gte=today - WINDOW, date__lt=today)
        return dict(window.order_by().values_list("programme").annotate(sum=Sum("views")))

    @cached_property
    def trouble(self) -> str:
        """What keeps the account from good standing, if anything does."""
        if any(holdings(self.creator.pk, [CREATOR_DIAMONDS_OWED, CREATOR_CASH_OWED]).values()):
            return "Something is owed on your account: what becomes available next repays it."
        if is_frozen(VIEWER_COINS.of(self.creator.pk)):
            return "Your wallet is frozen: see there what happens next."
        return ""


def eligibility(creator, programme: Programme, at: dt.datetime) -> Eligibility:
    return eligibility_under(Candidate(creator, at), programme, terms_on(programme.pk, at.date()))


def eligibility_under(
    candidate: Candidate, programme: Programme, terms: ProgrammeTerms | None
) -> Eligibility:
    return Eligibility(terms, list(_criteria(candidate, programme, terms)) if terms else [])


def _criteria(candidate: Candidate, programme: Programme, terms: ProgrammeTerms) -> Iterator[Criterion]:
    if terms.followers:
        yield _followers(candidate.followers, terms.followers)
    if terms.views:
        yield _views(candidate.views.get(programme.pk, 0), terms.views)
    yield _age(candidate.creator, terms.age, candidate.at)
    if terms.countries:
        yield _country(candidate.creator, terms.countries)
    if terms.good_standing:
        yield _standing(candidate.trouble)


def _followers(have: int, need: int) -> Criterion:
    step = (
        "" if have >= need else f"{need - have:,} more followers. Go live regularly: it counts every night."
    )
    return Criterion("followers", "Followers", have >= need, step, have, need)


def _views(have: int, need: int) -> Criterion:
    step = "" if have >= need else f"{need - have:,} more views within 30 days."
    return Criterion("views", "Views in the last 30 days", have >= need, step, have, need)


def _age(creator, need: int, at: dt.datetime) -> Criterion:
    if creator.birth_date is None:
        return Criterion("age", "Age", False, "Tell us your date of birth in your profile.", 0, need)
    today = at.astimezone(ZoneInfo(creator.time_zone)).date()
    born = creator.birth_date
    have = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    step = "" if have >= need else f"Open to you from the age of {need}."
    return Criterion("age", "Age", have >= need, step, have, need)


def _country(creator, allowed: list[str]) -> Criterion:
    mine = str(creator.country)
    if not mine:
        return Criterion("country", "Country", False, "Choose your country in your profile.", told="Not told")
    names = ", ".join(countries.name(code) for code in allowed)
    step = "" if mine in allowed else f"Open in {names}. Has your country changed? Update your profile."
    return Criterion("country", "Country", mine in allowed, step, told=countries.name(mine))


def _standing(trouble: str) -> Criterion:
    told = "Not good" if trouble else "Good"
    return Criterion("standing", "Account in good standing", not trouble, trouble, told=told)
