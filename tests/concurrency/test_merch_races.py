"""Deliveries of one order at once, and files beside them. Controls show that each race happens."""

import json
import threading
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from uuid_utils.compat import uuid7

from partnerships.income_streams import Stream
from partnerships.merch_states import DeliveryOutcome, Platform
from partnerships.models import IncomeDay, MerchOrder, RawDelivery, Store
from partnerships.operations import merch_orders, order_import, stores
from partnerships.operations.imports import confirm
from partnerships.operations.income import refresh
from partnerships.operations.order_locks import share_orders
from partnerships.operations.store_deliveries import handle, receive
from tests.concurrency.threads import PATIENCE, race
from tests.factories.partnerships_merch import NOW, order_payload, refund_payload, signed, store_of
from tests.factories.people import CreatorFactory
from tests.partnerships.test_order_import import LATER, bring

pytestmark = pytest.mark.django_db(transaction=True)


def kept(store, payload):
    body = json.dumps(payload).encode()
    return receive(store_id=store.pk, headers=signed(store, body), body=body, at=NOW)


def tell(deliveries):
    return race(lambda number: handle(delivery_id=deliveries[number].pk, at=NOW), len(deliveries))


class TestADelivery:
    def test_is_kept_and_handled_once_however_many_bring_it(self):
        store = store_of()
        body = json.dumps(order_payload()).encode()
        headers = signed(store, body, delivery="d1")

        def bring(_number):
            found = receive(store_id=store.pk, headers=headers, body=body, at=NOW)
            return handle(delivery_id=found.pk, at=NOW)

        met = race(bring, 6)
        assert not [each for each in met if isinstance(each, Exception)]
        assert RawDelivery.objects.get().outcome == DeliveryOutcome.DONE
        assert MerchOrder.objects.get().earned == 55_00
        assert IncomeDay.objects.get().amount == 55_00


class TestAnOrderAndItsRefundsAtOnce:
    def both(self, store):
        refunds = [refund_payload("5.00", refund=f"r{number}") for number in range(3)]
        return [kept(store, payload) for payload in (order_payload(), *refunds)]

    def test_end_as_one_after_the_other(self):
        store = store_of()
        assert not [each for each in tell(self.both(store)) if isinstance(each, Exception)]
        order = MerchOrder.objects.get()
        assert (order.refunded, order.earned) == (15_00, 40_00)
        assert sum(IncomeDay.objects.values_list("amount", flat=True)) == 40_00

    def test_would_forget_one_without_the_lock(self, monkeypatch):
        """The control: both read what is known before either writes."""
        store, looked = store_of(), threading.Barrier(2)
        deliveries = self.both(store)
        handle(delivery_id=deliveries[0].pk, at=NOW)

        def careless(store, told, at):
            order = MerchOrder.objects.get(external_id=told["order_id"])
            looked.wait(timeout=10)
            return order

        monkeypatch.setattr(merch_orders, "_locked", careless)
        tell(deliveries[1:3])
        monkeypatch.undo()
        assert MerchOrder.objects.get().refunded == 5_00
        tell(deliveries[3:])


class TestConnectStore:
    def connect(self, monkeypatch):
        monkeypatch.setattr(stores, "MOST_STORES", 1)
        creator = CreatorFactory()
        facts = {"creator": creator, "platform": Platform.GENERIC, "currency": "EUR", "at": NOW}
        race(lambda number: stores.connect_store(key=uuid7(), name=f"Shop {number}", **facts), 2)
        return Store.objects.filter(creator=creator).count()

    def test_connects_no_more_than_there_may_be(self, monkeypatch):
        assert self.connect(monkeypatch) == 1

    def test_would_connect_one_too_many_without_its_lock(self, monkeypatch):
        """The control: both count before either has connected."""
        count, counted = stores.stores_of, threading.Barrier(2)

        def careless(creator_id):
            found = count(creator_id).count()
            counted.wait(PATIENCE)
            return SimpleNamespace(count=lambda: found)

        monkeypatch.setattr(stores, "_one_at_a_time", lambda creator: None)
        monkeypatch.setattr(stores, "stores_of", careless)
        assert self.connect(monkeypatch) == 2


class TestAFileWhileTheShopTells:
    """Both know of the same two orders."""

    def race(self, store, deliveries):
        shirt, cap = "Shirt,SH,2,20.00,,2026-03-03,,", "Cap,CAP,1,15.00,,2026-03-03,,"
        rows = [f"#{number},2026-03-02,{line}" for number in (1001, 1002) for line in (shirt, cap)]
        brought = bring(store, *rows)

        def work(number):
            if number == 0:
                return confirm(owner=store.creator, import_id=brought.pk, at=LATER)
            return handle(delivery_id=deliveries[number - 1].pk, at=NOW)

        met = race(work, 1 + len(deliveries))
        return [each for each in met if isinstance(each, Exception)]

    def test_counts_each_order_once(self):
        store = store_of()
        assert not self.race(store, [kept(store, order_payload(number)) for number in (2, 1)])
        assert [order.earned for order in MerchOrder.objects.all()] == [55_00, 55_00]
        assert sum(IncomeDay.objects.values_list("amount", flat=True)) == 110_00

    def test_would_count_one_twice_without_its_lock(self, monkeypatch):
        """The control: both look for the order before either has made it."""
        store, looked = store_of(), threading.Barrier(2)

        def careless(look):
            def looking(*told):
                found = look(*told)
                looked.wait(PATIENCE)
                return found

            return looking

        monkeypatch.setattr(order_import, "hold_orders", share_orders)
        for name in ("orders_named", "_take_over"):
            monkeypatch.setattr(merch_orders, name, careless(getattr(merch_orders, name)))
        self.race(store, [kept(store, order_payload(1))])
        assert sum(IncomeDay.objects.values_list("amount", flat=True)) == 165_00

    def test_would_stop_each_other_if_sums_were_not_last(self, monkeypatch):
        """The control: each order that a file is about adds its days up before the next one is locked."""
        store, write, both = store_of(), merch_orders._write, threading.Barrier(2)
        for number in (1, 2):
            handle(delivery_id=kept(store, refund_payload("1.00", number)).pk, at=NOW)
        MerchOrder.objects.filter(external_id__endswith="4").update(number="#1001")
        MerchOrder.objects.filter(external_id__endswith="5").update(number="#1002")

        def eager(order):
            days = write(order)
            if order.known["snapshot"]:  # the delivery's: its order is locked
                both.wait(PATIENCE)
            elif order.number.endswith("1001"):
                refresh(creator_id=order.creator_id, stream=Stream.MERCH, dates=days)
                both.wait(PATIENCE)
            return days

        monkeypatch.setattr(order_import, "hold_orders", share_orders)
        monkeypatch.setattr(merch_orders, "_write", eager)
        met = self.race(store, [kept(store, order_payload(2))])
        assert [type(each) for each in met] == [OperationalError]
