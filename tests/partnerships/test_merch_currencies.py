"""Orders in another currency than their store's."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from ledger.operations import set_rate
from partnerships.merch_states import Contradiction, Platform
from partnerships.operations.item_costs import set_cost
from partnerships.operations.merch_orders import recount_orders
from tests.factories.partnerships_merch import NOW, order_payload, refund_payload, send, store_of
from tests.factories.people import StaffFactory
from tests.partnerships.test_merch_orders import days, order_of

pytestmark = pytest.mark.django_db
SHIPPED = dt.date(2026, 3, 3)
LINE = {"id": "a", "product_id": "shirt", "title": "Shirt", "quantity": 2, "unit_price": "3500"}


def announce(value: str, quote: str = "JPY", at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC)) -> None:
    facts = {"by": StaffFactory().pk, "reason": "a test", "at": at, "effective_at": at}
    set_rate(base="EUR", quote=quote, value=Decimal(value), **facts)


def store_with_costs(**facts):
    store = store_of(currency="EUR", fee_fixed=30, fee_per_mille=29, **facts)
    cost(store, 5_00)
    return store


def cost(store, parts: int, since=dt.date(2026, 1, 1)) -> None:
    facts = {"creator": store.creator, "store_id": store.pk, "product_id": "shirt", "at": NOW}
    set_cost(**facts, cost=parts, effective_date=since)
    recount_orders(at=NOW)


def yen(**facts) -> dict:
    return order_payload(**{"currency": "JPY", "tax": "0", "shipping": "0", "lines": [LINE]} | facts)


class TestFeesAndCosts:
    def test_are_taken_off_at_the_rate_of_the_day(self):
        announce("160")
        store = store_with_costs()
        send(store, yen())
        order = order_of(store)
        # ¥7,000 less two pieces at €5.00 (¥800 each), €0.30 (¥48) and 2.9 % (¥203)
        assert (order.currency, order.fees, order.earned) == ("JPY", 48 + 203, 7000 - 1600 - 251)
        assert order.lines.get().cost == 800
        assert days(store.creator) == {SHIPPED: 5149}

    def test_keep_the_rate_with_which_a_day_was_counted(self):
        announce("160")
        store = store_with_costs()
        send(store, yen())
        announce("200", at=dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC))
        send(store, refund_payload("1000", currency="JPY"))
        assert sum(days(store.creator).values()) == 5149 - 1000
        cost(store, 10_00, since=dt.date(2026, 2, 1))
        assert sum(days(store.creator).values()) == 5149 - 1000 - 1600

    def test_are_left_out_and_the_order_says_so_where_no_rate_is_known(self, client):
        store = store_with_costs()
        send(store, yen(currency="CLP"))
        order = order_of(store)
        assert (order.fees, order.earned, order.unconverted) == (203, 7000 - 203, True)
        client.force_login(store.creator)
        words = "no rate between EUR and CLP is known"
        assert words in client.get(reverse("partnerships:merch_order", args=[order.pk])).text
        announce("1000", quote="CLP")
        cost(store, 5_00)
        order.refresh_from_db()
        assert (order.earned, order.unconverted) == (7000 - 2 * 5000 - 300 - 203, False)
        shown = client.get(reverse("partnerships:merch_order", args=[order.pk])).text
        assert words not in shown
        assert "1 EUR was 1,000 CLP" in shown

    def test_are_as_they_are_in_the_stores_own_currency(self):
        store = store_with_costs()
        send(store, order_payload(currency="EUR"))
        assert order_of(store).earned == 55_00 - 10_00 - 30 - 1_86


class TestARefundThatNamesNoCurrency:
    def test_is_in_that_of_its_order(self):
        store = store_of(currency="EUR")
        lines = [{"line_id": "a", "quantity": 1, "amount": "1000"}]
        send(store, refund_payload("1000", lines=lines))
        assert (order_of(store).currency, order_of(store).refunded) == ("EUR", 1000_00)
        send(store, yen())
        order = order_of(store)
        assert (order.currency, order.refunded, order.earned) == ("JPY", 1000, 6000)
        assert order.contradiction == ""

    @pytest.mark.parametrize("first", [0, 1], ids=["order_first", "refund_first"])
    def test_is_in_that_of_its_order_at_woocommerce(self, first):
        store = store_of(platform=Platform.WOOCOMMERCE, currency="EUR")
        line = {"id": 1, "product_id": 7, "name": "Shirt", "quantity": 2, "subtotal": "7000", "total": "7000"}
        order = {
            "id": 57, "number": "57", "currency": "JPY", "status": "completed", "total": "7000",
            "date_created_gmt": "2026-03-02T09:00:00", "date_modified_gmt": "2026-03-05T10:00:00",
            "date_completed_gmt": "2026-03-03T10:00:00", "line_items": [line],
            "refunds": [{"id": 58, "total": "-1000"}],
        }  # fmt: skip
        back = {
            "id": 9,
            "quantity": -1,
            "total": "-1000",
            "meta_data": [{"key": "_refunded_item_id", "value": 1}],
        }
        refund = {
            "id": 58, "amount": "1000", "date_created_gmt": "2026-03-05T10:00:00", "parent_id": 57,
            "line_items": [back],
        }  # fmt: skip
        messages = [("order.updated", order), ("refund.created", refund)]
        for topic, body in (messages[first], messages[1 - first]):
            send(store, body, topic)
        found = order_of(store)
        assert (found.currency, found.refunded, found.earned) == ("JPY", 1000, 6000)

    def test_that_names_another_is_flagged_and_counts_nothing(self):
        store = store_of(currency="EUR")
        send(store, yen())
        send(store, refund_payload("10.00", currency="EUR"))
        order = order_of(store)
        assert (order.refunded, order.earned, order.contradiction) == (0, 7000, Contradiction.CURRENCY)
