"""Whether a creator may take part in a programme, criterion by criterion: what they have, need, and can do.
Pages, the API and the operation all ask here."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
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


def eligibility(
    creator, programme: Programme, at: dt.datetime, terms: ProgrammeTerms | None = None
) -> Eligibility:
    """`terms` are those in force, where the caller has them already."""
    terms = terms or terms_on(programme.pk, at.date())
    criteria = list(_criteria(creator, programme, terms, at)) if terms else []
    return Eligibility(terms, criteria)


def _criteria(creator, programme: Programme, terms: ProgrammeTerms, at: dt.datetime) -> Iterator[Criterion]:
    if terms.followers:
        yield _followers(creator, terms.followers, at)
    if terms.views:
        yield _views(creator, programme, terms.views, at)
    yield _age(creator, terms.age, at)
    if terms.countries:
        yield _country(creator, terms.countries)
    if terms.good_standing:
        yield _standing(creator)


def _followers(creator, need: int, at: dt.datetime) -> Criterion:
    last = FollowerCount.objects.filter(creator=creator, date__lte=at.date()).order_by("-date").first()
    have = last.followers if last else 0
    step = (
        "" if have >= need else f"{need - have:,} more followers. Go live regularly: it counts every night."
    )
    return Criterion("followers", "Followers", have >= need, step, have, need)


def _views(creator, programme: Programme, need: int, at: dt.datetime) -> Criterion:
    """Of the last 30 whole UTC days."""
    today = at.date()
    window = Metric.objects.filter(
        programme=programme, creator=creator, date__gte=today - WINDOW, date__lt=today
    )
    have = window.aggregate(sum=Sum("views"))["sum"] or 0
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


def _standing(creator) -> Criterion:
    owing = any(holdings(creator.pk, [CREATOR_DIAMONDS_OWED, CREATOR_CASH_OWED]).values())
    frozen = is_frozen(VIEWER_COINS.of(creator.pk))
    step = ""
    if owing:
        step = "Something is owed on your account: what becomes available next repays it."
    elif frozen:
        step = "Your wallet is frozen: see there what happens next."
    return Criterion(
        "standing", "Account in good standing", not step, step, told="Good" if not step else "Not good"
    )
