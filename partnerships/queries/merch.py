"""What a creator sees of their merch. Sums are the database's, over rows of earnings."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import RowNumber

from partnerships.days import begin, end
from partnerships.merch_states import DeliveryOutcome, EarningKind, StoreState
from partnerships.models import ItemCost, MerchEarning, MerchOrder, RawDelivery, Store

TOP = 10


@dataclass(frozen=True)
class Period:
    """Days in UTC, both inclusive; no store means all of them."""

    first: dt.date | None = None
    last: dt.date | None = None
    store_id: uuid.UUID | None = None


def stores_of(creator_id: uuid.UUID) -> QuerySet[Store]:
    """Those that were not removed, newest first, with what waits and what failed."""
    return (
        Store.objects.filter(creator_id=creator_id)
        .exclude(state=StoreState.REMOVED)
        .annotate(
            waiting=Count("deliveries", filter=Q(deliveries__outcome=DeliveryOutcome.WAITING)),
            failed=Count("deliveries", filter=Q(deliveries__outcome=DeliveryOutcome.FAILED)),
        )
        .order_by("-id")
    )


def orders_of_shop(store: Store) -> QuerySet[MerchOrder]:
    """Of all stores that are this shop: it may have been connected before, or twice."""
    if not store.domain:
        return MerchOrder.objects.filter(store=store)
    return MerchOrder.objects.filter(
        store__creator_id=store.creator_id, store__platform=store.platform, store__domain=store.domain
    )


def orders_named(store: Store, names: Collection[str]) -> dict[str, MerchOrder]:
    """A shop's orders by what its creator's files call them: their number, with # or without, or their id."""
    spelt = {spelling for name in names for spelling in spellings(name)}
    found = orders_of_shop(store).filter(Q(number__in=spelt) | Q(external_id__in=spelt)).order_by("-id")
    named = {order.external_id: order for order in found}
    for order in found:
        named |= dict.fromkeys(spellings(order.number or order.external_id), order)
    return {name: named[name] for name in names if name in named}


def spellings(name: str) -> tuple[str, str]:
    bare = name.removeprefix("#")
    return bare, f"#{bare}"


def all_stores_of(creator_id: uuid.UUID) -> QuerySet[Store]:
    return Store.objects.filter(creator_id=creator_id).order_by("name", "id")


def earnings_of(creator_id: uuid.UUID, period: Period) -> QuerySet[MerchEarning]:
    rows = MerchEarning.objects.filter(creator_id=creator_id)
    if period.first:
        rows = rows.filter(date__gte=period.first)
    if period.last:
        rows = rows.filter(date__lte=period.last)
    if period.store_id:
        rows = rows.filter(store_id=period.store_id)
    return rows


_SUMS = {name: Sum(name) for name in ("sales", "refunds", "costs", "fees")}


def sums_of(creator_id: uuid.UUID, period: Period) -> Iterable[dict]:
    """By currency, the largest first: what was shipped, refunded, its costs and fees, and what is left."""
    return (
        earnings_of(creator_id, period)
        .values("currency")
        .annotate(
            **_SUMS,
            earned=Sum("amount"),
            pieces=Sum("quantity", filter=Q(kind=EarningKind.SHIPMENT)),
            orders=Count("order_id", distinct=True),
        )
        .order_by("-earned", "currency")
    )


def top_products(creator_id: uuid.UUID, period: Period, *, by_quantity: bool = False) -> list[dict]:
    """TOP products of each currency, which can't be compared: those that earned most, before fees of their
    orders; or that most pieces were kept of."""
    rows = earnings_of(creator_id, period).exclude(kind=EarningKind.FEES)
    best = (F("pieces" if by_quantity else "earned").desc(), "name", "product_id")
    return list(
        rows.values("store_id", "product_id", "currency")
        .annotate(name=Max("title"), pieces=Sum("quantity"), earned=Sum("amount"), sales=Sum("sales"))
        .annotate(place=Window(RowNumber(), partition_by="currency", order_by=best))
        .filter(place__lte=TOP)
        .order_by("currency", "place")
    )


@dataclass(frozen=True)
class OrderFilter:
    period: Period = Period()
    state: str = ""
    flagged: bool = False
    text: str = ""


def orders_of(creator_id: uuid.UUID, wanted: OrderFilter) -> QuerySet[MerchOrder]:
    """Newest first; one that is known by a refund alone stands by when it was heard of."""
    orders = MerchOrder.objects.filter(creator_id=creator_id)
    if wanted.period.store_id:
        orders = orders.filter(store_id=wanted.period.store_id)
    if wanted.period.first:
        orders = orders.filter(placed_at__gte=begin(wanted.period.first))
    if wanted.period.last:
        orders = orders.filter(placed_at__lte=end(wanted.period.last))
    if wanted.state:
        orders = orders.filter(state=wanted.state)
    if wanted.flagged:
        orders = orders.exclude(contradiction="")
    if wanted.text:
        named = Q(number__icontains=wanted.text) | Q(external_id=wanted.text)
        sold = MerchOrder.objects.filter(
            Q(lines__title__icontains=wanted.text) | Q(lines__sku__iexact=wanted.text), creator_id=creator_id
        )
        orders = orders.filter(named | Q(pk__in=sold.values("pk")))
    return orders.select_related("store").order_by("-placed_at", "-id").defer("known", "filed")


def products_of(creator_id: uuid.UUID, today: dt.date) -> QuerySet[MerchEarning]:
    """Each product that was ever shipped, with what a piece costs today."""
    costs = ItemCost.objects.filter(
        store_id=OuterRef("store_id"), product_id=OuterRef("product_id"), effective_date__lte=today
    ).order_by("-effective_date")
    return (
        MerchEarning.objects.filter(creator_id=creator_id, kind=EarningKind.SHIPMENT)
        .exclude(product_id="")
        .values("store_id", "store__name", "store__currency", "product_id")
        .annotate(
            name=Max("title"),
            pieces=Sum("quantity"),
            last_shipped=Max("date"),
            cost=Subquery(costs.values("cost")[:1]),
            since=Subquery(costs.values("effective_date")[:1]),
        )
        .order_by("name", "product_id", "store_id")
    )


def costs_of(store_id: uuid.UUID, product_id: str) -> QuerySet[ItemCost]:
    return ItemCost.objects.filter(store_id=store_id, product_id=product_id).order_by("-effective_date")


def deliveries_of(store_id: uuid.UUID, outcome: str = "") -> QuerySet[RawDelivery]:
    found = (
        RawDelivery.objects.filter(store_id=store_id)
        .select_related("order")
        .defer("sealed", "order__known", "order__filed")
    )
    return (found.filter(outcome=outcome) if outcome else found).order_by("-received_at", "-id")


def contradicting_orders() -> QuerySet[MerchOrder]:
    """Those that no one on staff has looked at."""
    return MerchOrder.objects.exclude(contradiction="").filter(looked_at=None)


def failed_deliveries() -> QuerySet[RawDelivery]:
    return RawDelivery.objects.filter(outcome=DeliveryOutcome.FAILED)
