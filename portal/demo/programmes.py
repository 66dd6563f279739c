"""Two years of a creator fund and one of ad revenue, month by month; somebody waits at the desk."""

import datetime as dt
import random
from collections.abc import Iterator
from functools import partial
from operator import itemgetter

from partnerships.models import Programme, ProgrammeTerms
from partnerships.models.programmes import ProgrammeKind
from partnerships.operations.accruals import accrue_due
from partnerships.operations.appeals import appeal
from partnerships.operations.closes import approve, credit, finish, prepare
from partnerships.operations.enrolments import accept, apply, suspend
from partnerships.operations.metrics import Counted, record_followers, record_metrics
from partnerships.operations.programmes import add_programme, announce_terms
from partnerships.programme_states import CloseState
from partnerships.queries.closes import dues, items_to_credit, next_month
from portal.demo import Act
from portal.models import User

DAY = dt.timedelta(days=1)
MONTHS = 24
CLOSES_ON = 5
"""The day of the month on which staff close the one before."""
FUND = (
    "creator-fund",
    ProgrammeKind.CREATOR_FUND,
    "Creator fund",
    "Pays for every thousand qualified views.",
)
ADS = ("ad-revenue", ProgrammeKind.AD_REVENUE, "Ad revenue", "Your share of what advertisers pay beside you.")
FOLLOWERS = {"lumi": 48_210, "nori": 3_000, "theo.plays": 21_400, "ines": 9_800}
CRITERIA = {"followers": 5_000, "views": 50_000, "age": 18}


def acts(people: dict[str, User], now: dt.datetime) -> list[Act]:
    """Told once; the newest month that ended waits for its approval."""
    if Programme.objects.exists():
        return []
    months = [now.replace(day=1, hour=6, minute=0, second=0, microsecond=0)]
    for _ in range(MONTHS):
        months.insert(0, (months[0] - DAY).replace(day=1))
    first, *later = months
    middle = later[MONTHS // 2]
    told = [
        (first, partial(_begin, people)),
        (middle.replace(day=10), partial(_raise_rates, people)),
        (middle.replace(day=11), partial(_open_ads, people)),
        (now - 3 * DAY, partial(_wait_at_the_desk, people)),
        (now - 2 * DAY, partial(_count_month, people, (now - 2 * DAY).date().replace(day=1))),
        (now - DAY, partial(_correct, people)),
    ]
    told += [
        (month + DAY, partial(_count_month, people, (month - DAY).date().replace(day=1))) for month in later
    ]
    closings = [month.replace(day=CLOSES_ON, hour=9) for month in later]
    past = [moment for moment in closings if moment < now]
    told += [(moment, partial(_close, people, moment != past[-1])) for moment in past]
    return sorted((act for act in told if act[0] < now), key=itemgetter(0))


def _lumi(people: dict[str, User]) -> User:
    return people["creator@demo.test"]


def _called(slug: str) -> Programme:
    return Programme.objects.get(slug=slug)


def _terms(programme: Programme, actor: User, at: dt.datetime, first: dt.date, rates: dict, **facts) -> None:
    announce_terms(
        terms=ProgrammeTerms(programme=programme, effective_date=first, **facts),
        rates=rates,
        actor=actor,
        at=at,
    )


def _begin(people: dict[str, User], at: dt.datetime) -> None:
    admin, lumi = people["admin@demo.test"], _lumi(people)
    slug, kind, name, description = FUND
    fund = add_programme(
        actor=admin, kind=kind, slug=slug, name=name, description=description, currency="EUR", at=at
    )
    rates = {"DE": 800_000, "US": 950_000, "": 300_000}
    limits = {"daily_cap": 4_000, "monthly_cap": 60_000, "second_approval_above": 30_000}
    _terms(fund, admin, at, at.date(), rates, **CRITERIA, **limits)
    handles = {person.handle: person for person in people.values()}
    counts = [(handles[handle].pk, at.date(), count) for handle, count in FOLLOWERS.items()]
    record_followers(counts=counts, actor=admin, at=at)
    before = [at.date() - n * DAY for n in range(1, 21)]
    record_metrics(
        programme=fund,
        rows=[
            Counted(handles[handle].pk, day, "DE", views, views)
            for handle, views in (("lumi", 9_000), ("theo.plays", 4_000))
            for day in before
        ],
        actor=admin,
        at=at,
    )
    apply(creator=lumi, programme=fund, at=at)
    apply(creator=handles["theo.plays"], programme=fund, at=at)


def _raise_rates(people: dict[str, User], at: dt.datetime) -> None:
    _terms(
        _called(FUND[0]), people["admin@demo.test"], at, at.date() + 20 * DAY,
        {"DE": 950_000, "US": 1_100_000, "": 350_000},
        **CRITERIA, daily_cap=5_000, monthly_cap=75_000, second_approval_above=30_000,
        reason="Views from Germany and the United States pay more.",
    )  # fmt: skip


def _open_ads(people: dict[str, User], at: dt.datetime) -> None:
    admin = people["admin@demo.test"]
    slug, kind, name, description = ADS
    ads = add_programme(
        actor=admin, kind=kind, slug=slug, name=name, description=description, currency="EUR", at=at,
        reviews_applications=True,
    )  # fmt: skip
    facts = {"followers": 1_000, "second_approval_above": 50_000, "share_per_mille": 550}
    _terms(ads, admin, at, at.date(), {}, countries=["DE", "FR", "ES", "NL", "GB", "US"], **facts)
    waiting = apply(creator=_lumi(people), programme=ads, at=at)
    accept(enrolment_id=waiting.pk, actor=people["staff@demo.test"], at=at)


def _count_month(people: dict[str, User], month: dt.date, at: dt.datetime) -> None:
    """What the platform counted for every day of the month that is over."""
    admin = people["admin@demo.test"]
    days = [month + n * DAY for n in range((min(next_month(month), at.date()) - month).days)]
    for programme in Programme.objects.all():
        people_in = [row.creator for row in programme.enrolments.select_related("creator")]
        rows = [row for creator in people_in for row in _rows(programme, creator, days)]
        if programme.slug == FUND[0] and at.date() - month < 75 * DAY:
            rows += [Counted(_nori(people).pk, day, "US", 1_000, 800) for day in days]
        if rows:
            record_metrics(programme=programme, rows=rows, actor=admin, at=at)
    for due_id in dues():
        accrue_due(due_id=due_id, at=at)


def _nori(people: dict[str, User]) -> User:
    return people["newcreator@demo.test"]


def _rows(programme: Programme, creator: User, days: list[dt.date]) -> Iterator[Counted]:
    size = FOLLOWERS.get(creator.handle, 1_000)
    for day in days:
        dice = random.Random(f"{programme.slug} {creator.handle} {day}")  # noqa: S311
        weekend = 1.5 if day.weekday() > 4 else 1.0
        grown = 1 + (day.toordinal() % 3650) / 3650
        if programme.kind == ProgrammeKind.AD_REVENUE:
            micros = int(size * 110 * weekend * grown * dice.uniform(0.6, 1.3))
            yield Counted(creator.pk, day, "DE", size // 3, size // 4, micros)
            continue
        for country, part in (("DE", 0.2), ("US", 0.03), ("FR", 0.05)):
            views = int(size * part * weekend * grown * dice.uniform(0.7, 1.3))
            yield Counted(creator.pk, day, country, views, views * 4 // 5)


def _close(people: dict[str, User], approved: bool, at: dt.datetime) -> None:
    """Prepared; approved and credited too, where it isn't the newest."""
    for programme in Programme.objects.all():
        close = prepare(programme=programme, at=at)
        for reviewer in (people["staff@demo.test"], people["lead@demo.test"]) if close and approved else ():
            close.refresh_from_db()
            if close.state == CloseState.PREPARED:
                approve(close_id=close.pk, version=close.version, actor=reviewer, at=at)
    for item_id in items_to_credit():
        credit(item_id=item_id, at=at)
    finish(at=at)


def _wait_at_the_desk(people: dict[str, User], at: dt.datetime) -> None:
    fund, theo = _called(FUND[0]), people["theo@demo.test"]
    suspend(
        enrolment_id=fund.enrolments.get(creator=theo).pk,
        actor=people["staff@demo.test"],
        reason="Most of your views in May came from one address.",
        internal_note="See the sightings: a shared tablet.",
        at=at,
    )
    appeal(
        creator=theo,
        programme=fund,
        text="That was our office, a hundred people watched the final together.",
        at=at + dt.timedelta(hours=5),
    )
    apply(creator=people["ines@demo.test"], programme=_called(ADS[0]), at=at)


def _correct(people: dict[str, User], at: dt.datetime) -> None:
    """A day of a month that was credited turns out to have been counted twice."""
    fund, lumi = _called(FUND[0]), _lumi(people)
    closed = fund.closes.filter(state=CloseState.CREDITED).latest("month")
    day = closed.month + 11 * DAY
    record_metrics(
        programme=fund,
        rows=[Counted(lumi.pk, day, "DE", 6_000, 5_000)],
        actor=people["admin@demo.test"],
        at=at,
    )
    for due_id in dues():
        accrue_due(due_id=due_id, at=at)
