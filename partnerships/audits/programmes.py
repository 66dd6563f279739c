"""Compares accruals and closes with the books, and with the limits of their terms. `audit_books` runs it."""

from collections import defaultdict

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth

from ledger.chart import PROGRAMME_EXPENSE
from ledger.queries import Finding, by_day, reversals_of
from partnerships.models import Accrual, CloseItem, MonthClose, Programme
from partnerships.operations.accruals import ACCRUAL
from partnerships.operations.closes import CORRECTION
from partnerships.programme_states import CloseState

KINDS = (ACCRUAL, f"{ACCRUAL}.reversal", CORRECTION)


def audit_programmes() -> list[Finding]:
    return [*_booked(), *_reversed(), *_items(), *_closes(), *_caps()]


def _booked() -> list[Finding]:
    """What programmes cost by the books is what their accruals come to, in each currency."""
    cost = defaultdict(int)
    rows = Accrual.objects.filter(reversed_at__isnull=True, amount__gt=0)
    for currency, amount in _by_currency(rows, "enrolment__programme__currency", "amount"):
        cost[currency] -= amount
    taken = CloseItem.objects.filter(credited_at__isnull=False, taken__gt=0)
    for currency, amount in _by_currency(taken, "enrolment__programme__currency", "taken"):
        cost[currency] += amount
    findings = []
    for currency in Programme.objects.order_by("currency").values_list("currency", flat=True).distinct():
        days = by_day(PROGRAMME_EXPENSE.platform(currency), kinds=KINDS)
        booked = sum(day.amount for day in days)
        if booked != cost[currency]:
            words = f"{currency}: {booked} against {cost[currency]}"
            findings.append(Finding("programmes cost what they accrue", words))
    return findings


def _by_currency(rows, currency: str, amount: str):
    return rows.order_by().values_list(currency).annotate(sum=Sum(amount))


def _reversed() -> list[Finding]:
    rows = dict(Accrual.objects.filter(entry__isnull=False).values_list("entry", "reversal"))
    back = reversals_of(rows)
    return [
        Finding("an accrual is reversed with its entry", str(entry))
        for entry, reversal in rows.items()
        if back.get(entry) != reversal
    ]


def _items() -> list[Finding]:
    """What a close credits is the sum of its accruals."""
    rows = CloseItem.objects.exclude(close__state=CloseState.PREPARED).annotate(
        plus=Coalesce(Sum("accruals__amount", filter=Q(accruals__amount__gt=0)), 0),
        minus=Coalesce(Sum("accruals__amount", filter=Q(accruals__amount__lt=0)), 0),
    )
    wrong = rows.exclude(plus=F("earned"), minus=-F("taken"))
    return [Finding("a close credits its accruals", str(item.pk)) for item in wrong]


def _closes() -> list[Finding]:
    """Credited whole or not at all, and as much as was approved."""
    closes = MonthClose.objects.annotate(
        items_total=Coalesce(Sum(F("items__earned") - F("items__taken")), 0),
    )
    findings = [
        Finding("a close is the sum of its items", str(close))
        for close in closes.exclude(items_total=F("total"))
    ]
    early = CloseItem.objects.filter(credited_at__isnull=False, close__state=CloseState.PREPARED)
    late = CloseItem.objects.filter(credited_at__isnull=True, close__state=CloseState.CREDITED)
    return findings + [Finding("credited is what was approved", str(item.pk)) for item in (*early, *late)]


def _caps() -> list[Finding]:
    """No day and no month is above the caps of its terms."""
    standing = Accrual.objects.filter(reversed_at__isnull=True).order_by()
    days = standing.values_list("enrolment", "date").annotate(sum=Sum("amount"), cap=F("terms__daily_cap"))
    findings = [
        Finding("a day keeps its cap", f"{enrolment} on {date}: {sum_}")
        for enrolment, date, sum_, cap in days.exclude(cap__isnull=True)
        if sum_ > cap
    ]
    months = standing.annotate(month=TruncMonth("date")).values_list("enrolment", "month")
    for enrolment, month, sum_, cap in months.annotate(sum=Sum("amount"), cap=F("terms__monthly_cap")):
        if cap is not None and sum_ > cap:
            findings.append(Finding("a month keeps its cap", f"{enrolment} in {month:%Y-%m}: {sum_}"))
    return findings
