"""Deliveries of one order at once. A control below shows that the race happens."""

import json
import threading

import pytest

from partnerships.merch_states import DeliveryOutcome
from partnerships.models import IncomeDay, MerchOrder, RawDelivery
from partnerships.operations import merch_orders
from partnerships.operations.store_deliveries import handle, receive
from tests.concurrency.threads import race
from tests.factories.partnerships_merch import NOW, order_payload, refund_payload, signed, store_of

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
