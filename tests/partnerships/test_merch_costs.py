"""What items cost their creator, and orders counted again for it."""

import datetime as dt

import pytest

from partnerships.income_streams import Stream
from partnerships.models import IncomeDay, MerchOrder
from partnerships.operations import merch_orders
from partnerships.operations.item_costs import LARGEST_COST, ImpossibleCost, set_cost
from partnerships.operations.merch_orders import RETRY, recount_orders
from partnerships.operations.stores import UnknownStore
from tests.factories.partnerships_merch import NOW, order_payload, send, store_of
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
SHIPPED, REFUNDED = dt.date(2026, 3, 3), dt.date(2026, 3, 5)


def days(creator) -> dict[dt.date, int]:
    rows = IncomeDay.objects.filter(creator=creator, stream=Stream.MERCH)
    return dict(rows.order_by("date").values_list("date", "amount"))


def order_of(store) -> MerchOrder:
    return MerchOrder.objects.get(store=store)


class TestSetCost:
    def test_counts_from_its_day_on(self):
        store = store_of()
        send(store, order_payload(1))
        send(store, order_payload(2, shipments=[{"id": "s1", "shipped_at": "2026-03-10T10:00:00Z"}]))
        facts = {"creator": store.creator, "store_id": store.pk, "product_id": "shirt", "at": NOW}
        set_cost(**facts, cost=6_00, effective_date=dt.date(2026, 3, 4))
        assert recount_orders(at=NOW) == 1
        assert days(store.creator) == {SHIPPED: 55_00, dt.date(2026, 3, 10): 43_00}

    def test_refuses_what_is_no_cost_and_other_peoples_stores(self):
        store = store_of()
        facts = {"store_id": store.pk, "product_id": "cap", "at": NOW, "effective_date": SHIPPED}
        for cost in (-1, LARGEST_COST + 1):
            with pytest.raises(ImpossibleCost):
                set_cost(creator=store.creator, cost=cost, **facts)
        with pytest.raises(UnknownStore):
            set_cost(creator=CreatorFactory(), cost=1, **facts)
        assert not store.costs.exists()


class TestRecountOrders:
    def test_goes_on_after_one_that_breaks_and_tries_it_again_later(self, monkeypatch):
        stores = [store_of(), store_of()]
        for store in stores:
            send(store, order_payload())
            facts = {"creator": store.creator, "store_id": store.pk, "product_id": "cap", "at": NOW}
            set_cost(**facts, cost=4_00, effective_date=dt.date(2026, 1, 1))
        costs = merch_orders._costs

        def broken(order, known):
            return costs(order, known) if order.store_id != stores[0].pk else 1 / 0

        monkeypatch.setattr(merch_orders, "_costs", broken)
        assert recount_orders(at=NOW) == 2
        assert [order_of(store).earned for store in stores] == [55_00, 51_00]
        monkeypatch.undo()
        assert recount_orders(at=NOW) == 0
        assert recount_orders(at=NOW + RETRY) == 1
        assert order_of(stores[0]).earned == 51_00
        assert sum(days(stores[0].creator).values()) == 51_00

    def test_is_spared_orders_that_no_column_could_hold(self):
        store = store_of()
        lines = [{"id": str(each), "product_id": "cap", "quantity": 10**6} for each in range(1, 101)]
        assert send(store, order_payload(lines=lines)).reason == "It has more pieces than any order has."
        rich = [line | {"quantity": 1, "unit_price": "9" * 13} for line in lines]
        assert send(store, order_payload(lines=rich)).reason == "Its lines are worth more than any order has."
        send(store, order_payload(lines=[lines[0]]))
        facts = {"creator": store.creator, "store_id": store.pk, "product_id": "cap", "at": NOW}
        set_cost(**facts, cost=LARGEST_COST, effective_date=dt.date(2026, 1, 1))
        recount_orders(at=NOW)
        assert order_of(store).earned == -(10**6) * LARGEST_COST
