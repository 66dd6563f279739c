"""Orders of merch: what is known of each, and what follows from it."""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from hashlib import sha256

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q

from ledger.queries import rates_on
from ledger.rates import convert
from partnerships.income_streams import Stream
from partnerships.merchandise.counting import Counted, count
from partnerships.merchandise.facts import Known, Told, effective, merge, nothing
from partnerships.models import ItemCost, MerchEarning, MerchOrder, OrderLine, OrderRefund, Store
from partnerships.operations.income import refresh
from partnerships.operations.order_locks import share_orders
from partnerships.queries.merch import orders_named, orders_of_shop, spellings
from partnerships.webhooks import publish_merch_order

MOST_AT_ONCE = 500
RETRY = dt.timedelta(minutes=10)
logger = structlog.get_logger(__name__)


class NothingToSettle(Exception):
    code = "nothing_to_settle"

    def __init__(self) -> None:
        super().__init__("This order does not contradict itself, or somebody has settled it already.")


class NotPermitted(Exception):
    code = "not_permitted"

    def __init__(self) -> None:
        super().__init__("You are not permitted to do this.")


def learn(*, store: Store, told: Told, at: dt.datetime) -> MerchOrder:
    """Put what a shop tells of an order to what is known of it. In whatever order and how often things are
    told, the same comes of it. The caller's transaction ends soon: the order stays locked until then."""
    share_orders(store.creator_id)
    order = _locked(_home(store, told["order_id"]), told, at)
    dates = _take_over(store, order, told)
    known = merge(order.known or nothing(), told)
    if dates or known != order.known:
        order.known, order.heard_at = known, at
        _recount(order, dates)
        _publish(order, at)
    return order


def learn_of_file(*, store: Store, told: Sequence[Told], at: dt.datetime) -> None:
    """Put what a file tells of some orders to what is known of them, in one go. Whoever calls it has taken
    `hold_orders` before."""
    here = orders_named(store, [each["order_id"] for each in told])
    dates: set[dt.date] = set()
    for each in told:
        order = here.get(each["order_id"])
        order = order_locked(order.pk) if order else _locked(store, each, at)
        filed = merge(order.filed or nothing(), each)
        if filed != order.filed:
            order.filed, order.heard_at = filed, at
            dates |= _write(order)
            _publish(order, at)
    refresh(creator_id=store.creator_id, stream=Stream.MERCH, dates=dates)


def _publish(order: MerchOrder, at: dt.datetime) -> None:
    """Once for all that is known of it now."""
    facts = sha256(json.dumps([order.known, order.filed], sort_keys=True).encode()).hexdigest()
    publish_merch_order(order, key=f"merch-order:{order.pk}:{facts}", at=at)


def recount_orders(*, at: dt.datetime) -> int:
    """Count those anew that depend on something which changed, each alone: one that can't be counted is tried
    again after RETRY and holds up nobody. Returns how many were looked at."""
    ready = Q(stuck_at=None) | Q(stuck_at__lte=at - RETRY)
    waiting = MerchOrder.objects.filter(ready, recount=True).order_by("id")
    found = list(waiting.values_list("id", "creator_id")[:MOST_AT_ONCE])
    for order_id, creator_id in found:
        try:
            with transaction.atomic():
                share_orders(creator_id)
                order = order_locked(order_id)
                if order.recount:
                    _recount(order)
        except MerchOrder.DoesNotExist:  # it became one with another meanwhile
            continue
        except Exception:
            logger.exception("merch_order_stuck", order=str(order_id))
            MerchOrder.objects.filter(pk=order_id).update(stuck_at=at)
    return len(found)


def order_locked(order_id: uuid.UUID) -> MerchOrder:
    """Until the transaction ends. Raises MerchOrder.DoesNotExist."""
    return MerchOrder.objects.select_for_update().get(pk=order_id)


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
    here = orders_of_shop(store).filter(external_id=order_id).order_by("store_id").select_related("store")
    found = here.defer("known", "filed").first()
    return found.store if found else store


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
    return order_locked(order.pk)


def _take_over(store: Store, order: MerchOrder, told: Told) -> Collection[dt.date]:
    """What files said of an order under its number becomes this order's, which the shop now tells of by its
    id. Returns the days on which it had earned."""
    number = (told["snapshot"] or order.known.get("snapshot") or {}).get("number")
    spelt = spellings(number or told["order_id"])
    others = orders_of_shop(store).filter(known={}, external_id__in=spelt).exclude(pk=order.pk)
    dates: set[dt.date] = set()
    for other in others.select_for_update(of=("self",)).order_by("id"):
        dates |= set(other.earnings.values_list("date", flat=True))
        order.filed = merge(order.filed or nothing(), other.filed)
        if other.pk < order.pk:
            order.fee_fixed, order.fee_per_mille = other.fee_fixed, other.fee_per_mille
        other.delete()
    return dates


def _currency(known: Known) -> str:
    if known["snapshot"]:
        return known["snapshot"]["currency"]
    return max((fact["currency"] for fact in known["refunds"].values()), default="")


def _recount(order: MerchOrder, dates: Collection[dt.date] = ()) -> None:
    """Write it anew, and the sums of its days and these others."""
    days = {*dates, *_write(order)}
    refresh(creator_id=order.creator_id, stream=Stream.MERCH, dates=days)


def _write(order: MerchOrder) -> set[dt.date]:
    """All that follows from what is known, made anew. Returns the days on which it earned, before or now."""
    known, filed = order.known or nothing(), order.filed or nothing()
    currency = _currency(known) or _currency(filed) or order.currency
    if currency != order.currency:
        order.currency, order.rates = currency, {}
    known = effective(known, filed, currency)
    counted = count(
        known,
        fee_fixed=order.fee_fixed,
        fee_per_mille=order.fee_per_mille,
        cost_of=_costs(order, known),
        convert=_conversion(order),
    )
    _write_order(order, known, counted)
    _write_lines(order, known, counted)
    dates = set(order.earnings.values_list("date", flat=True))
    order.earnings.all().delete()
    MerchEarning.objects.bulk_create(_earnings(order, counted))
    return dates | {earning.date for earning in counted.earnings}


def _conversion(order: MerchOrder):
    """At the rate of the day, which the order keeps: what it earned must not move with the table."""

    def convert_on(amount: int, date: dt.date) -> int | None:
        store_currency = order.store.currency
        if order.currency == store_currency:
            return amount
        day = date.isoformat()
        if day not in order.rates:
            rate = rates_on(store_currency, order.currency, [date]).get(date)
            if rate is None:
                return None
            order.rates[day] = str(rate)
        return convert(amount, store_currency, order.currency, Decimal(order.rates[day]), ROUND_HALF_EVEN)

    return convert_on


def _costs(order: MerchOrder, known: Known):
    products = {line["product_id"] for line in (known["snapshot"] or {"lines": []})["lines"]}
    found = ItemCost.objects.filter(store_id=order.store_id, product_id__in=products)
    steps: dict[str, list[tuple[dt.date, int]]] = {}
    for product, date, cost in found.order_by("effective_date").values_list(
        "product_id", "effective_date", "cost"
    ):
        steps.setdefault(product, []).append((date, cost))

    def cost_of(product: str, date: dt.date) -> int | None:
        return next((cost for since, cost in reversed(steps.get(product, [])) if since <= date), None)

    return cost_of


def _write_order(order: MerchOrder, known: Known, counted: Counted) -> None:
    snapshot = known["snapshot"]
    if snapshot:
        order.number = snapshot["number"]
        order.placed_at = dt.datetime.fromisoformat(snapshot["placed_at"])
        for name in ("total", "tax", "shipping", "discount"):
            setattr(order, name, snapshot[name])
    order.state, order.fees, order.unconverted = counted.state, counted.fees, counted.unconverted
    order.recount, order.stuck_at = False, None
    order.refunded, order.earned = counted.refunded, counted.earned
    before = (order.contradiction, order.told_amount, order.moved_amount)
    order.contradiction = counted.contradiction or ""
    order.told_amount, order.moved_amount = counted.told, counted.moved
    if before != (order.contradiction, order.told_amount, order.moved_amount):
        order.looked_at = order.looked_by = None
    order.save()


def _write_lines(order: MerchOrder, known: Known, counted: Counted) -> None:
    snapshot = known["snapshot"]
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


def mark_for_recount(*, store: Store, product_id: str, since: dt.date) -> int:
    """Orders that shipped pieces of a product on that day or later. In the caller's transaction."""
    touched = MerchEarning.objects.filter(store=store, product_id=product_id, date__gte=since)
    return MerchOrder.objects.filter(pk__in=touched.values("order_id")).update(recount=True, stuck_at=None)
