"""Commissions of networks elsewhere as income, each on its day; those that were declined bring nothing."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, QuerySet, Sum, Value, When

from partnerships.income_streams import IncomeState, Line, Part, Party, Source
from partnerships.models import NetworkCommission, NetworkPayday
from partnerships.network_states import CommissionState, Network


def with_payment(rows: QuerySet[NetworkCommission]) -> QuerySet[NetworkCommission]:
    """With `received`: whether the network paid it, as its file or the creator says."""
    paydays = NetworkPayday.objects.filter(
        creator=OuterRef("creator"), network=OuterRef("network"), until_date__gte=OuterRef("date")
    )
    return rows.annotate(
        received=Case(
            When(state=CommissionState.PAID, then=Value(True)),
            When(state=CommissionState.APPROVED, then=Exists(paydays)),
            default=Value(False),
            output_field=BooleanField(),
        )
    )


def _counted(creator_id: uuid.UUID | None) -> QuerySet[NetworkCommission]:
    rows = with_payment(NetworkCommission.objects.exclude(state=CommissionState.DECLINED))
    return rows if creator_id is None else rows.filter(creator_id=creator_id)


def _state(received: bool) -> IncomeState:
    return IncomeState.PAID if received else IncomeState.PENDING


def sums(creator_id: uuid.UUID | None, dates: Collection[dt.date] | None) -> Iterable[Part]:
    rows = _counted(creator_id)
    if dates is not None:
        rows = rows.filter(date__in=dates)
    added = rows.order_by().values_list("creator_id", "date", "currency", "received")
    for creator, date, currency, received, amount, count in added.annotate(Sum("amount"), Count("id")):
        yield Part(creator, date, currency, _state(received), amount, count)


def lines(creator_id: uuid.UUID, first: dt.date, last: dt.date) -> Iterable[Line]:
    for row in _counted(creator_id).filter(date__range=(first, last)).order_by(F("date").desc(), "id"):
        yield Line(
            row.date, _label(row), row.currency, _state(row.received), row.amount, row.get_absolute_url()
        )


def _label(row: NetworkCommission) -> str:
    parts = (row.get_network_display(), row.advertiser, row.label or row.reference)
    return ", ".join(part for part in parts if part)


def networks(creator_id: uuid.UUID, first: dt.date, last: dt.date) -> Iterable[Party]:
    rows = _counted(creator_id).filter(date__range=(first, last)).order_by()
    added = rows.values_list("network", "date", "currency").annotate(Sum("amount"))
    return [Party(Network(network).label, *rest) for network, *rest in added]


SOURCE = Source(sums, lines, networks)
