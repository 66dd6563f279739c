"""What days in programmes earn. A month of a creator is always worked out whole, in the order of its days,
as its caps demand; each day whose result differs from what was accrued is put right by new entries."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Sum

from ledger.chart import CREATOR_CASH_PENDING, PROGRAMME_EXPENSE
from ledger.many import Wanted, post_each, reverse_each
from ledger.operations import Transfer
from partnerships.accrual_arithmetic import Day, limited, of_ads, of_views
from partnerships.income_streams import Stream
from partnerships.models import Accrual, AccrualDue, Enrolment, Metric, MonthClose, Programme, ProgrammeTerms
from partnerships.models.accruals import Limit
from partnerships.models.programmes import ProgrammeKind
from partnerships.operations.income import refresh
from partnerships.programme_states import CloseState
from partnerships.queries.programmes import counts_on, in_force, terms_of

STREAMS = {
    ProgrammeKind.CREATOR_FUND: Stream.CREATOR_FUND,
    ProgrammeKind.AD_REVENUE: Stream.AD_REVENUE,
}
ACCRUAL = "programme_accrual"


@dataclass(frozen=True)
class Due:
    """What a day comes to, by which terms."""

    earned: int
    amount: int
    limited_by: Limit
    terms: ProgrammeTerms


@transaction.atomic
def accrue_due(*, due_id: uuid.UUID, at: dt.datetime) -> int:
    """Work out one month that is due; returns how many of its days changed."""
    due = AccrualDue.objects.filter(pk=due_id).first()
    if due is None:
        return 0
    mine = Enrolment.objects.filter(programme=due.programme_id, creator=due.creator_id)
    enrolment = mine.select_for_update(no_key=True).first()
    # Whoever tells other figures meanwhile waits here, and has the month worked out once more.
    due.delete()
    return accrue_month(enrolment_id=enrolment.pk, month=due.month, at=at) if enrolment else 0


@transaction.atomic
def accrue_month(*, enrolment_id: uuid.UUID, month: dt.date, at: dt.datetime) -> int:
    """Bring the accruals of a month (its first day) to what its metrics say now. Doing it again changes
    nothing. Returns how many days changed."""
    locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related("programme")
    enrolment = locked.get(pk=enrolment_id)
    programme = enrolment.programme
    # What a close fixes in the meantime is seen here: its approval waits for these rows, or they for it.
    standing = defaultdict(list)
    rows = Accrual.objects.select_for_update(of=("self",)).filter(
        enrolment=enrolment, date__gte=month, date__lt=_next(month), reversed_at__isnull=True
    )
    for accrual in rows.order_by("date", "revision"):
        standing[accrual.date].append(accrual)
    wanted = _wanted(enrolment, programme, month)
    closed = MonthClose.objects.filter(programme=programme, month=month).exclude(state=CloseState.PREPARED)
    is_closed = closed.exists()
    revisions = dict(
        Accrual.objects.filter(enrolment=enrolment, date__gte=month, date__lt=_next(month))
        .order_by()
        .values_list("date")
        .annotate(last=Max("revision"))
    )
    back: list[Accrual] = []
    new: list[Accrual] = []
    for date in sorted(wanted.keys() | standing.keys()):
        fixed = [accrual for accrual in standing[date] if accrual.item_id]
        open_ones = [accrual for accrual in standing[date] if not accrual.item_id]
        due = wanted.get(date)
        left = (due.amount if due else 0) - sum(accrual.amount for accrual in fixed)
        if left == sum(accrual.amount for accrual in open_ones):
            continue
        back += open_ones
        if left:
            new.append(
                Accrual(
                    enrolment=enrolment,
                    date=date,
                    revision=revisions.get(date, 0) + 1,
                    booked_date=at.date() if fixed or is_closed else date,
                    earned=due.earned if due else 0,
                    amount=left,
                    limited_by=due.limited_by if due else Limit.NONE,
                    terms=due.terms if due else standing[date][-1].terms,
                    made_at=at,
                )
            )
    _reverse(back, at)
    _post(new, enrolment, at)
    refresh(
        creator_id=enrolment.creator_id,
        stream=STREAMS[ProgrammeKind(programme.kind)],
        dates={accrual.booked_date for accrual in (*back, *new)},
    )
    return len({accrual.date for accrual in (*back, *new)})


def _next(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=31)).replace(day=1)


def _wanted(enrolment: Enrolment, programme: Programme, month: dt.date) -> dict[dt.date, Due]:
    terms, periods = terms_of(programme.pk), list(enrolment.periods.all())
    counted = defaultdict(list)
    metrics = Metric.objects.filter(
        programme=programme, creator=enrolment.creator_id, date__gte=month, date__lt=_next(month)
    )
    for date, country, qualified, micros in metrics.order_by("date").values_list(
        "date", "country", "qualified_views", "ad_revenue_micros"
    ):
        if counts_on(periods, date) and in_force(terms, date):
            counted[date].append((country, qualified, micros))
    days, of_day = [], {}
    for date in sorted(counted):
        of_day[date] = now = in_force(terms, date)
        earned = _earned(programme, now, counted[date])
        days.append(Day(date, earned, now.daily_cap, now.monthly_cap))
    budget = _budget(programme, enrolment, month, terms)
    return {
        day.date: Due(day.earned, amount, limit, of_day[day.date])
        for day, (amount, limit) in zip(days, limited(days, budget), strict=True)
    }


def _earned(programme: Programme, terms: ProgrammeTerms, counted: list[tuple[str, int, int]]) -> int:
    if programme.kind == ProgrammeKind.AD_REVENUE:
        micros = sum(micros for _, _, micros in counted)
        return of_ads(micros, terms.share_per_mille, programme.currency)
    rates = {rate.country: rate.rpm_micros for rate in terms.rates.all()}
    return of_views([(country, views) for country, views, _ in counted], rates, programme.currency)


def _budget(programme: Programme, enrolment: Enrolment, month: dt.date, terms: list) -> int | None:
    """What the others have left of the month's budget: that of the terms in force on its last day."""
    now = in_force(terms, _next(month) - dt.timedelta(days=1))
    if now is None or now.monthly_budget is None:
        return None
    # Two of them may not share out the same rest.
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    others = Accrual.objects.filter(
        enrolment__programme=programme, date__gte=month, date__lt=_next(month), reversed_at__isnull=True
    ).exclude(enrolment=enrolment)
    return max(now.monthly_budget - (others.aggregate(sum=Sum("amount"))["sum"] or 0), 0)


def _reverse(accruals: list[Accrual], at: dt.datetime) -> None:
    booked = [accrual for accrual in accruals if accrual.entry_id]
    keys = {accrual.entry_id: f"accrual:{accrual.pk}:reversed" for accrual in booked}
    reversals = reverse_each(keys=keys, reason="The day was worked out anew.", at=at)
    for accrual, posted in zip(booked, reversals, strict=True):
        accrual.reversal_id = posted.entry_id
    for accrual in accruals:
        accrual.reversed_at = at
    Accrual.objects.bulk_update(accruals, ["reversed_at", "reversal"])


def _post(accruals: list[Accrual], enrolment: Enrolment, at: dt.datetime) -> None:
    currency = enrolment.programme.currency
    pending = CREATOR_CASH_PENDING.of(enrolment.creator_id, currency)
    earned = [accrual for accrual in accruals if accrual.amount > 0]
    entries = [
        Wanted(
            ACCRUAL,
            f"accrual:{enrolment.pk}:{accrual.date}:{accrual.revision}",
            accrual.booked_date,
            [Transfer(PROGRAMME_EXPENSE.platform(currency), pending, accrual.amount)],
        )
        for accrual in earned
    ]
    if entries:
        for accrual, posted in zip(earned, post_each(entries=entries, at=at), strict=True):
            accrual.entry_id = posted.entry_id
    Accrual.objects.bulk_create(accruals)
