"""Merch among the other income: paid by the shop, on the day of each shipment, less refunds on theirs."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.db.models import Count, Sum

from partnerships.income_streams import IncomeState, Line, Part, Party
from partnerships.merch_states import EarningKind
from partnerships.models import MerchEarning


def merch_sums(creator_id: uuid.UUID | None, dates: Collection[dt.date] | None) -> Iterable[Part]:
    rows = MerchEarning.objects.all()
    if creator_id is not None:
        rows = rows.filter(creator_id=creator_id)
    if dates is not None:
        rows = rows.filter(date__in=dates)
    for creator, date, currency, amount, count in rows.values_list("creator_id", "date", "currency").annotate(
        Sum("amount"), Count("id")
    ):
        yield Part(creator, date, currency, IncomeState.PAID, amount, count)


def merch_lines(creator_id: uuid.UUID, first: dt.date, last: dt.date) -> Iterable[Line]:
    rows = MerchEarning.objects.filter(creator_id=creator_id, date__gte=first, date__lte=last)
    for row in rows.select_related("order").defer("order__known").order_by("-date", "-id"):
        yield Line(
            row.date, _label(row), row.currency, IncomeState.PAID, row.amount, row.order.get_absolute_url()
        )


def merch_stores(creator_id: uuid.UUID, first: dt.date, last: dt.date) -> Iterable[Party]:
    rows = MerchEarning.objects.filter(creator_id=creator_id, date__range=(first, last)).order_by()
    return [
        Party(*row) for row in rows.values_list("store__name", "date", "currency").annotate(Sum("amount"))
    ]


def _label(row: MerchEarning) -> str:
    if row.kind == EarningKind.FEES:
        return f"Fees of order {row.order}"
    if row.kind == EarningKind.REFUND:
        return f"{row.title} refunded, order {row.order}"
    return f"{row.quantity} × {row.title} shipped, order {row.order}"
