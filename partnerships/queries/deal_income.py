"""What brand deals brought. An invoice counts when it is issued, without its tax: what is open of it is
pending on that day, and each payment's share of the net is paid on its own. Drafts, credit notes, what was
cancelled and what was written off bring nothing."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.db.models import Count, F, Sum, Value
from django.urls import reverse

from partnerships.deal_states import OPEN
from partnerships.income_streams import IncomeState, Line, Part, Party
from partnerships.models import Invoice, InvoicePayment

_OPEN_NET = F("net") - F("paid_net")


def sums(creator_id: uuid.UUID | None, dates: Collection[dt.date] | None) -> Iterable[Part]:
    rows = (
        _pending(creator_id)
        .annotate(state_=Value(IncomeState.PENDING))
        .values_list("creator_id", "issue_date", "currency", "state_")
        .annotate(sum=Sum(_OPEN_NET), rows=Count("pk"))
    )
    paid = (
        _paid(creator_id)
        .annotate(state_=Value(IncomeState.PAID))
        .values_list("invoice__creator_id", "paid_date", "invoice__currency", "state_")
        .annotate(sum=Sum("net"), rows=Count("pk"))
    )
    if dates is not None:
        rows, paid = rows.filter(issue_date__in=dates), paid.filter(paid_date__in=dates)
    return [
        Part(creator, date, currency, IncomeState(state), amount, count)
        for creator, date, currency, state, amount, count in rows.union(paid, all=True)
    ]


def lines(creator_id: uuid.UUID, first: dt.date, last: dt.date) -> Iterable[Line]:
    waiting = _pending(creator_id).filter(issue_date__range=(first, last)).select_related("brand")
    came = _paid(creator_id).filter(paid_date__range=(first, last)).select_related("invoice__brand")
    found = [
        Line(
            row.issue_date,
            f"Invoice {row.name}, {row.brand}",
            row.currency,
            IncomeState.PENDING,
            row.net - row.paid_net,
            _page(row),
        )
        for row in waiting
    ]
    found += [
        Line(
            row.paid_date,
            f"{_told(row)} of {row.invoice.name}, {row.invoice.brand}",
            row.invoice.currency,
            IncomeState.PAID,
            row.net,
            _page(row.invoice),
        )
        for row in came
    ]
    return sorted(found, key=lambda line: line.date, reverse=True)


def brands(creator_id: uuid.UUID, first: dt.date, last: dt.date) -> Iterable[Party]:
    """By the brand of each invoice, as it is called today."""
    waiting = _pending(creator_id).filter(issue_date__range=(first, last)).order_by()
    came = _paid(creator_id).filter(paid_date__range=(first, last))
    rows = waiting.values_list("brand__name", "issue_date", "currency").annotate(sum=Sum(_OPEN_NET))
    paid = came.values_list("invoice__brand__name", "paid_date", "invoice__currency").annotate(sum=Sum("net"))
    return [Party(*row) for row in rows.union(paid, all=True)]


def _pending(creator_id: uuid.UUID | None):
    rows = Invoice.objects.filter(state__in=OPEN, credits=None)
    return rows if creator_id is None else rows.filter(creator_id=creator_id)


def _paid(creator_id: uuid.UUID | None):
    rows = InvoicePayment.objects.order_by()
    return rows if creator_id is None else rows.filter(invoice__creator_id=creator_id)


def _page(invoice: Invoice) -> str:
    return reverse("partnerships:invoice", args=[invoice.pk])


def _told(payment: InvoicePayment) -> str:
    return "Payment taken back" if payment.takes_back_id else "Payment"
