"""Commissions of networks elsewhere, as a creator's pages show them."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from partnerships.models import ImportRow, NetworkCommission, NetworkPayday
from partnerships.network_states import CommissionState, Network
from partnerships.queries.imports import readings
from partnerships.queries.network_income import with_payment

DIALECT = "affiliate-networks"


@dataclass(frozen=True)
class Wanted:
    """Both days inclusive. `state` as the page calls it: what the creator says was paid is paid."""

    network: str = ""
    state: str = ""
    currency: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    text: str = ""


def commissions_of(creator_id: uuid.UUID, wanted: Wanted = Wanted()) -> QuerySet[NetworkCommission]:
    """Newest first, with `received`."""
    rows = with_payment(NetworkCommission.objects.filter(creator_id=creator_id))
    if wanted.network:
        rows = rows.filter(network=wanted.network)
    if wanted.currency:
        rows = rows.filter(currency=wanted.currency)
    if wanted.first:
        rows = rows.filter(date__gte=wanted.first)
    if wanted.last:
        rows = rows.filter(date__lte=wanted.last)
    if wanted.text:
        text = wanted.text
        found = rows.filter(label__icontains=text) | rows.filter(advertiser__icontains=text)
        rows = found | rows.filter(reference__icontains=text) | rows.filter(external_id=text)
    if wanted.state == CommissionState.PAID:
        rows = rows.filter(received=True)
    elif wanted.state == CommissionState.APPROVED:
        rows = rows.filter(state=wanted.state, received=False)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    return rows.order_by("-date", "-id")


@dataclass
class MonthOfNetwork:
    """Amounts in the smallest part of `currency`, by state; `earned` is that of all but declined ones."""

    first: dt.date
    network: Network
    currency: str
    rows: int = 0
    by_state: dict[CommissionState, int] = field(default_factory=lambda: dict.fromkeys(CommissionState, 0))

    @property
    def earned(self) -> int:
        return sum(amount for state, amount in self.by_state.items() if state != CommissionState.DECLINED)

    @property
    def last(self) -> dt.date:
        return (self.first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)

    @property
    def amounts(self) -> list[int]:
        """In the order of CommissionState."""
        return list(self.by_state.values())


def months_of_networks(rows: QuerySet[NetworkCommission]) -> list[MonthOfNetwork]:
    """What these come to by month, network and currency, newest month first."""
    found: dict[tuple, MonthOfNetwork] = {}
    sums = (
        rows.order_by()
        .annotate(month=TruncMonth("date"))
        .values_list("month", "network", "currency", "state", "received")
        .annotate(Sum("amount"), Count("id"))
    )
    for month, network, currency, state, received, amount, count in sums:
        key = (month, Network(network), currency)
        line = found.setdefault(key, MonthOfNetwork(*key))
        line.by_state[CommissionState.PAID if received else CommissionState(state)] += amount
        line.rows += count
    return sorted(found.values(), key=lambda each: (-each.first.toordinal(), each.network, each.currency))


def totals_of_networks(months: list[MonthOfNetwork]) -> list[tuple[str, dict[CommissionState, int]]]:
    """(currency, amount by state), by currency."""
    totals: dict[str, dict[CommissionState, int]] = defaultdict(lambda: dict.fromkeys(CommissionState, 0))
    for month in months:
        for state, amount in month.by_state.items():
            totals[month.currency][state] += amount
    return sorted(totals.items())


def paydays_of(creator_id: uuid.UUID) -> dict[str, dt.date]:
    """{network: the day up to which the creator says it has paid}"""
    return dict(NetworkPayday.objects.filter(creator_id=creator_id).values_list("network", "until_date"))


def networks_of(creator_id: uuid.UUID) -> list[Network]:
    """Those that any file told of."""
    rows = NetworkCommission.objects.filter(creator_id=creator_id).order_by("network")
    return [Network(network) for network in rows.values_list("network", flat=True).distinct()]


def currencies_of(creator_id: uuid.UUID) -> list[str]:
    rows = NetworkCommission.objects.filter(creator_id=creator_id).order_by("currency")
    return list(rows.values_list("currency", flat=True).distinct())


def told_of(commission: NetworkCommission) -> list[ImportRow]:
    """What each file that holds told of it, the first one first."""
    rows = readings(commission.creator_id, DIALECT, [commission.identity])
    return list(rows.select_related("importing"))
