"""What has been compared with the files of banks and providers, and what is still to be."""

import datetime as dt
import uuid

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from payouts.models import BankEntry, BankMessage, Difference, Reconciliation

STATEMENTS = ("camt.053", "bai2")
WAITS_FOR = dt.timedelta(days=1)
"""How long a statement is left while one of its lines waits for another word of the bank."""
AGAIN_AFTER = dt.timedelta(hours=12)
"""How long what differs is left before it is compared again."""


def open_differences() -> QuerySet[Difference]:
    """Neither gone by themselves nor explained."""
    return Difference.objects.filter(gone_at__isnull=True, explained_at__isnull=True)


def statements_to_compare(at: dt.datetime) -> list[uuid.UUID]:
    """Statements that were never compared, whose entries have all been applied or have waited for a day; and
    those in which something is open, but for what was compared lately. In the order in which they came."""
    waits = BankEntry.objects.filter(
        message=OuterRef("pk"),
        message__received_at__gt=at - WAITS_FOR,
        outcome=BankEntry.Outcome.WAITING,
    )
    compared = Reconciliation.objects.filter(message=OuterRef("pk"))
    lately = compared.filter(run_at__gt=at - AGAIN_AFTER)
    differs = compared.filter(
        Exists(open_differences().filter(source=OuterRef("source"), day=OuterRef("day")))
    )
    read = BankMessage.objects.filter(kind__in=STATEMENTS, outcome=BankMessage.Outcome.READ)
    rows = read.filter(~Exists(waits), ~Exists(lately), ~Exists(compared) | Exists(differs))
    return list(rows.order_by("id").values_list("id", flat=True))


def days_to_compare(asked: str, at: dt.datetime, most: int) -> list[dt.date]:
    """The days up to yesterday that a function of `settings.RECONCILED_FILES` has not answered for, at first
    yesterday alone; and those in which something is open, but for what was compared lately."""
    last = at.astimezone(dt.UTC).date() - dt.timedelta(days=1)
    oldest = last - dt.timedelta(days=most - 1)
    answered = Reconciliation.objects.filter(asked=asked).exclude(outcome=Reconciliation.Outcome.UNAVAILABLE)
    newest = answered.aggregate(day=Max("day"))["day"]
    first = last if newest is None else max(oldest, newest + dt.timedelta(days=1))
    fresh = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    again = open_differences().filter(source__in=answered.values("source"), day__gte=oldest)
    lately = answered.filter(run_at__gt=at - AGAIN_AFTER).values("day")
    return sorted({*fresh, *again.exclude(day__in=lately).values_list("day", flat=True)})


def booked_on(day: dt.date, account: str) -> list[BankEntry]:
    """What the bank's other messages told of payments of ours that it booked on that day, once each."""
    told = BankEntry.objects.filter(
        booked_date=day, account=account, remittance__isnull=False, outcome=BankEntry.Outcome.APPLIED
    ).filter(Q(what=BankEntry.What.DEBIT) | Q(what=BankEntry.What.RETURN))
    rows = told.select_related("message").defer("message__raw").order_by("remittance_id", "what", "id")
    return list(rows.distinct("remittance_id", "what"))


def statement_before(source: str, day: dt.date) -> Reconciliation | None:
    """The statement before that day, as it was last compared."""
    rows = Reconciliation.objects.filter(source=source, day__lt=day, message__isnull=False)
    return rows.order_by("-day", "-id").first()


def newest() -> list[Reconciliation]:
    """The last answer of each source."""
    rows = Reconciliation.objects.order_by("source", "-day", "-id").distinct("source")
    return list(rows)


def reported_balances() -> list[Reconciliation]:
    """The last word of each source on what it holds."""
    told = Reconciliation.objects.exclude(balances={}).order_by("source", "-day", "-id")
    return list(told.distinct("source"))
