"""What creators see of programmes: what each pays, how far they are, and what every day brought."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from babel.numbers import format_currency
from django.db.models import Count, Prefetch, Q, Sum, prefetch_related_objects
from django.db.models.functions import TruncMonth
from django.utils.translation import get_language, to_locale
from django_countries import countries

from partnerships.accrual_arithmetic import MICROS
from partnerships.models import Accrual, Enrolment, Metric, MonthClose, Programme, ProgrammeTerms
from partnerships.models.programmes import ProgrammeKind
from partnerships.programme_states import CloseState
from partnerships.queries.closes import next_month
from partnerships.queries.eligibility import Candidate, Eligibility, eligibility_under
from partnerships.queries.programmes import enrolments_of, in_force, may_appeal, terms_newest_first

MONTHS = 24
WORDS = {
    "": ("Counting", "neutral"),
    CloseState.PREPARED: ("With our staff", "warn"),
    CloseState.APPROVED: ("Being credited", "info"),
    CloseState.CREDITED: ("Credited", "good"),
}
"""What has become of a month, and the tone in which to say it."""


@dataclass(frozen=True)
class Card:
    programme: Programme
    eligibility: Eligibility
    enrolment: Enrolment | None
    coming: ProgrammeTerms | None
    """Terms that are announced for a later day."""
    may_appeal: bool

    @property
    def terms(self) -> ProgrammeTerms | None:
        return self.eligibility.terms

    @property
    def state(self) -> str:
        return self.enrolment.state if self.enrolment else ""

    @property
    def rates(self) -> list[tuple[str, str]]:
        return rates_of(self.terms, self.programme) if self.terms else []

    @property
    def coming_rates(self) -> list[tuple[str, str]]:
        return rates_of(self.coming, self.programme) if self.coming else []


def rates_of(terms: ProgrammeTerms, programme: Programme) -> list[tuple[str, str]]:
    """(from where, what it pays) in words; the rate of all other countries last."""
    if programme.kind == ProgrammeKind.AD_REVENUE:
        return [("Of what advertisers pay", f"{Decimal(terms.share_per_mille).scaleb(-1).normalize():f} %")]
    rates = sorted(terms.rates.all(), key=lambda rate: (-rate.rpm_micros, rate.country))
    named = [rate for rate in rates if rate.country] + [rate for rate in rates if not rate.country]
    return [rate_in_words(rate.country, rate.rpm_micros, programme.currency) for rate in named]


def rate_in_words(country: str, rpm_micros: int, currency: str) -> tuple[str, str]:
    """(from where, what 1,000 views pay)."""
    paid = format_currency(
        Decimal(rpm_micros) / MICROS,
        currency,
        locale=to_locale(get_language() or "en"),
        decimal_quantization=False,
    )
    return countries.name(country) or "Everywhere else", paid


def card_of(creator, programme: Programme, enrolment: Enrolment | None, at: dt.datetime) -> Card:
    enrolments = {programme.pk: enrolment} if enrolment else {}
    return _cards(creator, [programme], enrolments, at)[0]


def cards_of(creator, among: Sequence[Programme], at: dt.datetime) -> list[Card]:
    """One of each of these programmes, with the same few queries however many there are."""
    return _cards(creator, among, enrolments_of(creator.pk), at)


def _cards(
    creator, among: Sequence[Programme], enrolments: dict[uuid.UUID, Enrolment], at: dt.datetime
) -> list[Card]:
    candidate, today = Candidate(creator, at), at.date()
    prefetch_related_objects(among, Prefetch("terms", terms_newest_first()))
    cards = []
    for programme in among:
        known, enrolment = list(programme.terms.all()), enrolments.get(programme.pk)
        cards.append(
            Card(
                programme=programme,
                eligibility=eligibility_under(candidate, programme, in_force(known, today)),
                enrolment=enrolment,
                coming=next((each for each in reversed(known) if each.effective_date > today), None),
                may_appeal=enrolment is not None and may_appeal(enrolment),
            )
        )
    return cards


@dataclass(frozen=True)
class Month:
    """What is booked in a month: `state` is a CloseState, or nothing before its close is prepared."""

    first: dt.date
    amount: int
    days: int
    credited: int
    state: str

    @property
    def words(self) -> str:
        return WORDS[self.state][0]

    @property
    def tone(self) -> str:
        return WORDS[self.state][1]


def months_of(enrolment: Enrolment) -> list[Month]:
    """The newest first."""
    standing = Accrual.objects.filter(enrolment=enrolment, reversed_at__isnull=True).order_by()
    rows = standing.annotate(first=TruncMonth("booked_date")).values("first")
    sums = rows.annotate(
        sum=Sum("amount"),
        days=Count("date", distinct=True),
        credited=Sum("amount", filter=Q(item__credited_at__isnull=False), default=0),
    ).order_by("-first")[:MONTHS]
    closes = MonthClose.objects.filter(programme=enrolment.programme_id).values_list("month", "state")
    states = dict(closes)
    return [
        Month(row["first"], row["sum"], row["days"], row["credited"], states.get(row["first"], ""))
        for row in sums
    ]


@dataclass
class DayRow:
    """One UTC day of a month: what was counted, and every accrual about it, those that were reversed too."""

    date: dt.date
    views: int = 0
    qualified_views: int = 0
    ad_revenue_micros: int = 0
    accruals: list[Accrual] = field(default_factory=list)

    @property
    def amount(self) -> int:
        return sum(accrual.amount for accrual in self.accruals if accrual.reversed_at is None)

    @property
    def ad_revenue(self) -> Decimal:
        return Decimal(self.ad_revenue_micros) / MICROS


def days_of(enrolment: Enrolment, month: dt.date) -> list[DayRow]:
    """The days of a month (its first day) that counted or earned something, and days of earlier months that
    were corrected in it."""
    days: dict[dt.date, DayRow] = {}
    accruals = Accrual.objects.filter(
        enrolment=enrolment, booked_date__gte=month, booked_date__lt=next_month(month)
    )
    for accrual in accruals.select_related("item").order_by("date", "revision"):
        days.setdefault(accrual.date, DayRow(accrual.date)).accruals.append(accrual)
    counted = Metric.objects.filter(programme=enrolment.programme_id, creator=enrolment.creator_id)
    within = counted.filter(Q(date__gte=month, date__lt=next_month(month)) | Q(date__in=list(days)))
    sums = (
        within.order_by()
        .values_list("date")
        .annotate(views=Sum("views"), qualified=Sum("qualified_views"), micros=Sum("ad_revenue_micros"))
    )
    for date, views, qualified, micros in sums:
        row = days.setdefault(date, DayRow(date))
        row.views, row.qualified_views, row.ad_revenue_micros = views, qualified, micros
    return [days[date] for date in sorted(days, reverse=True)]


def month_amounts(rows: list[DayRow], month: dt.date) -> list[tuple[dt.date, int]]:
    """Every day of the month, oldest first, with what it earned."""
    amounts = defaultdict(int, {row.date: row.amount for row in rows})
    days = (next_month(month) - month).days
    return [(day, amounts[day]) for day in (month + dt.timedelta(days=n) for n in range(days))]
