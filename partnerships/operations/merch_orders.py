"""Orders of merch: what is known of each, and what follows from it."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from partnerships.income_streams import Stream
from partnerships.merchandise.counting import Counted, count
from partnerships.merchandise.facts import Known, Told, merge, nothing
from partnerships.models import ItemCost, MerchEarning, MerchOrder, OrderLine, OrderRefund, Store
from partnerships.operations.income import refresh

MOST_AT_ONCE = 500


class NothingToSettle(Exception):
    code = "nothing_to_settle"

    def __init__(self) -> None:
        super().__init__("This order does not contradict itself, or somebody has settled it already.")


class NotPermitted(Exception):
    code = "not_permitted"

    def __init__(self) -> None:
        super().__init__("You are not permitted to do this.")


def learn(*, store: Store, told: Told, at: dt.datetime) -> MerchOrder:
    """Put what is told of an order to what is known of it. In whatever order and how often things are told,
    the same comes of it. The caller's transaction ends soon: the order stays locked until then."""
    home = _home(store, told["order_id"])
    share_costs(home.pk)
    order = _locked(home, told, at)
    known = merge(order.known or nothing(), told)
    if known != order.known:
        order.known, order.heard_at = known, at
        _recount(order)
    return order


def recount_orders(*, at: dt.datetime) -> int:
    """Count those anew that depend on something which changed, each alone. Returns how many."""
    waiting = list(MerchOrder.objects.filter(recount=True).values_list("id", "store_id")[:MOST_AT_ONCE])
    for order_id, store_id in waiting:
        with transaction.atomic():
            share_costs(store_id)
            order = MerchOrder.objects.select_for_update().filter(pk=order_id, recount=True).first()
            if order is not None:
                _recount(order)
    return len(waiting)


def settle_contradiction(*, order_id: uuid.UUID, actor: AbstractBaseUser, at: dt.datetime) -> MerchOrder:
    """Somebody has looked at both figures, and leaves what moved. Other figures will ask for another look.

    Raises MerchOrder.DoesNotExist, NotPermitted, NothingToSettle."""
    if not actor.has_perm("partnerships.settle_merchorder"):
        raise NotPermitted
    open_ones = MerchOrder.objects.filter(pk=order_id, looked_at=None).exclude(contradiction="")
    if not open_ones.update(looked_at=at, looked_by=actor):
        raise NothingToSettle
    return MerchOrder.objects.get(pk=order_id)


def _home(store: Store, order_id: str) -> Store:
    """The store that has the order: the same shop may have been connected before, or twice."""
    if not store.domain:
        return store
    same = {"creator_id": store.creator_id, "platform": store.platform, "domain": store.domain}
    return Store.objects.filter(**same, orders__external_id=order_id).order_by("id").first() or store


def _locked(store: Store, told: Told, at: dt.datetime) -> MerchOrder:
    order, _ = MerchOrder.objects.get_or_create(
        store=store,
        external_id=told["order_id"],
        defaults={
            "creator_id": store.creator_id,
            "currency": _currency(told) or store.currency,
            "heard_at": at,
            "fee_fixed": store.fee_fixed,
            "fee_per_mille": store.fee_per_mille,
        },
    )
    return MerchOrder.objects.select_for_update().get(pk=order.pk)


def _currency(known: Known) -> str:
    if known["snapshot"]:
        return known["snapshot"]["currency"]
    return max((fact["currency"] for fact in known["refunds"].values()), default="")


def _recount(order: MerchOrder) -> None:
    """All that follows from what is known, made anew."""
    counted = count(
        order.known,
        fee_fixed=order.fee_fixed,
        fee_per_mille=order.fee_per_mille,
        cost_of=_costs(order),
    )
    _write_order(order, counted)
    _write_lines(order, counted)
    dates = set(order.earnings.values_list("date", flat=True))
    order.earnings.all().delete()
    MerchEarning.objects.bulk_create(_earnings(order, counted))
    dates |= {earning.date for earning in counted.earnings}
    refresh(creator_id=order.creator_id, stream=Stream.MERCH, dates=dates)


def _costs(order: MerchOrder):
    products = {line["product_id"] for line in (order.known["snapshot"] or {"lines": []})["lines"]}
    found = ItemCost.objects.filter(store_id=order.store_id, product_id__in=products)
    steps: dict[str, list[tuple[dt.date, int]]] = {}
    for product, date, cost in found.order_by("effective_date").values_list(
        "product_id", "effective_date", "cost"
    ):
        steps.setdefault(product, []).append((date, cost))

    def cost_of(product: str, date: dt.date) -> int | None:
        return next((cost for since, cost in reversed(steps.get(product, [])) if since <= date), None)

    return cost_of


def _write_order(order: MerchOrder, counted: Counted) -> None:
    snapshot = order.known["snapshot"]
    order.currency = _currency(order.known) or order.currency
    if snapshot:
        order.number = snapshot["number"]
        order.placed_at = dt.datetime.fromisoformat(snapshot["placed_at"])
        for name in ("total", "tax", "shipping", "discount"):
            setattr(order, name, snapshot[name])
    order.state, order.fees, order.recount = counted.state, counted.fees, False
    order.refunded, order.earned = counted.refunded, counted.earned
    before = (order.contradiction, order.told_amount, order.moved_amount)
    order.contradiction = counted.contradiction or ""
    order.told_amount, order.moved_amount = counted.told, counted.moved
    if before != (order.contradiction, order.told_amount, order.moved_amount):
        order.looked_at = order.looked_by = None
    order.save()


def _write_lines(order: MerchOrder, counted: Counted) -> None:
    snapshot = order.known["snapshot"]
    order.lines.all().delete()
    order.refunds.all().delete()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            external_id=fact["id"],
            shipped=counted.shipped[fact["id"]],
            cost=counted.costs[fact["id"]],
            **{name: value for name, value in fact.items() if name != "id"},
        )
        for fact in (snapshot["lines"] if snapshot else [])
    )
    OrderRefund.objects.bulk_create(
        OrderRefund(
            order=order,
            external_id=refund.id,
            refunded_at=refund.at,
            amount=refund.amount,
            goods=refund.goods,
            told=refund.told,
            restocked=refund.restocked,
        )
        for refund in counted.refunds
    )


def _earnings(order: MerchOrder, counted: Counted) -> Iterable[MerchEarning]:
    for earning in counted.earnings:
        yield MerchEarning(
            creator_id=order.creator_id,
            store_id=order.store_id,
            order=order,
            currency=order.currency,
            amount=earning.amount,
            **vars(earning),
        )


def share_costs(store_id: uuid.UUID) -> None:
    """Until the transaction ends, a store's costs stay as they are. Taken before any order is locked."""
    _lock_costs("pg_advisory_xact_lock_shared", store_id)


def change_costs(store_id: uuid.UUID) -> None:
    """Wait until nobody counts with a store's costs, and let nobody begin: who read the old ones has written
    what they earned."""
    _lock_costs("pg_advisory_xact_lock", store_id)


def _lock_costs(lock: str, store_id: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtextextended(%s, 0))", [f"item costs {store_id}"])


def mark_for_recount(*, store: Store, product_id: str, since: dt.date) -> int:
    """Orders that shipped pieces of a product on that day or later. In the caller's transaction."""
    touched = MerchEarning.objects.filter(store=store, product_id=product_id, date__gte=since)
    return MerchOrder.objects.filter(pk__in=touched.values("order_id")).update(recount=True)
