"""One order that both a file and the shop itself tell of."""

import datetime as dt

import pytest

from partnerships.models import MerchOrder
from partnerships.operations.imports import NothingToTakeIn, confirm
from partnerships.operations.stores import remove_store
from tests.factories.partnerships_merch import order_payload, send, store_of
from tests.factories.people import CreatorFactory
from tests.partnerships.test_merch_orders import days, order_of
from tests.partnerships.test_order_import import LATER, bring, take

pytestmark = pytest.mark.django_db
SHIPPED, REFUNDED = dt.date(2026, 3, 3), dt.date(2026, 3, 9)
EARNED = {SHIPPED: 39_70, REFUNDED: -20_00}  # two at 20.00, a fee of 0.30; one given back
FILE = "{},2026-03-02,Shirt,SH-M,2,20.00,,2026-03-03,20.00,2026-03-09"


def told(**facts) -> dict:
    line = {"id": "1", "product_id": "shirt", "title": "Shirt", "sku": "SH-M", "quantity": 2}
    gone = {"line_id": "1", "quantity": 2}
    back = {"line_id": "1", "quantity": 1, "amount": "20.00"}
    order = order_payload()["data"] | {
        "id": "1042",
        "number": "#1042",
        "shipping": "0",
        "tax": "0",
        "lines": [line | {"unit_price": "20.00"}],
        "shipments": [{"id": "s1", "shipped_at": "2026-03-03T10:00:00Z", "lines": [gone]}],
        "refunds": [{"id": "r1", "refunded_at": "2026-03-09T10:00:00Z", "amount": "20.00", "lines": [back]}],
    }
    return {"type": "order", "data": order | facts}


def refund(day: str, amount: str, **facts) -> dict:
    facts = {"id": "r1", "order_id": "1042", "refunded_at": f"{day}T20:00:00Z", "amount": amount} | facts
    return {"type": "refund", "data": facts}


@pytest.mark.parametrize("name", ["1042", "#1042"], ids=["bare", "hash"])
class TestAFileAndTheShop:
    def test_count_once_where_the_file_came_first(self, name):
        store = store_of(fee_fixed=30)
        take(store, FILE.format(name))
        assert days(store.creator) == EARNED
        send(store, told())
        order = order_of(store)
        assert (order.external_id, order.earned, order.refunded) == ("1042", 19_70, 20_00)
        assert days(store.creator) == EARNED

    def test_count_once_where_the_shop_came_first(self, name):
        store = store_of(fee_fixed=30)
        send(store, told())
        brought = bring(store, FILE.format(name))
        assert brought.rows.get().problem == (
            "Your shop told of order #1042 itself: what it says counts, and this row is left out."
        )
        with pytest.raises(NothingToTakeIn):
            take(store, FILE.format(name))
        assert days(store.creator) == EARNED

    def test_leave_the_shops_own_word_where_it_came_before_the_file_was_confirmed(self, name):
        store = store_of(fee_fixed=30)
        brought = bring(store, FILE.format(name))
        send(store, told(state="cancelled", fees="1.00", shipments=[], refunds=[]))
        confirm(owner=store.creator, import_id=brought.pk, at=LATER)
        assert "told of order #1042 itself" in brought.rows.get().problem
        order = order_of(store)
        assert (order.state, order.earned, order.total) == ("cancelled", 0, 40_00)
        assert days(store.creator) == {}

    def test_count_once_where_the_shop_told_of_a_refund_before_both(self, name):
        store = store_of(fee_fixed=30)
        send(store, refund("2026-03-09", "20.00"))
        take(store, FILE.format(name))
        assert days(store.creator) == EARNED
        send(store, told())
        assert days(store.creator) == EARNED
        assert order_of(store).refunded == 20_00


class TestAShopsRefundOfAnOrderOutOfAFile:
    @pytest.mark.parametrize(
        ("day", "amount", "left"),
        [("2026-03-09", "20.00", 19_70), ("2026-03-10", "20.00", 19_70), ("2026-03-12", "5.00", 14_70)],
        ids=["same", "night", "another"],
    )
    def test_counts_once(self, day, amount, left):
        store = store_of(fee_fixed=30)
        take(store, FILE.format("#1042"))
        send(store, refund(day, amount))
        assert (order_of(store).earned, sum(days(store.creator).values())) == (left, left)


class TestAShopConnectedAgain:
    def test_knows_the_rows_of_its_file_and_keeps_lines_of_an_order_together(self):
        creator = CreatorFactory()
        first = store_of(creator, domain="lumi.example")
        take(first, FILE.format("#1042"))
        remove_store(creator=creator, store_id=first.pk)
        again = store_of(creator, domain="lumi.example")
        with pytest.raises(NothingToTakeIn):
            take(again, FILE.format("#1042"))
        take(again, "#1042,2026-03-02,Pin,PIN,1,9.50,,2026-03-03,,", at=LATER + dt.timedelta(days=1))
        order = MerchOrder.objects.get()
        assert (order.store, order.lines.count(), order.earned) == (first, 2, 29_50)
        send(again, told())
        assert (order_of(first).earned, order_of(first).lines.count()) == (20_00, 1)
