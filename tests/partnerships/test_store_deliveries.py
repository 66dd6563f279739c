"""What stores send: who may, what is kept, and what is never an error of ours."""

import datetime as dt
import hashlib
import json

import pytest
from django.urls import reverse

from partnerships import tasks
from partnerships.merch_states import DeliveryOutcome, Platform
from partnerships.models import MerchOrder, RawDelivery, Store
from partnerships.operations.merch_orders import NotPermitted
from partnerships.operations.store_deliveries import (
    AHEAD,
    KEPT,
    LARGEST_BODY,
    NotReplayable,
    forget,
    handle_waiting,
    receive,
    replay,
)
from partnerships.operations.stores import pause_store, remove_store, resume_store
from portal.models import Notice
from tests.factories.partnerships_merch import (
    NOW,
    order_payload,
    picture,
    refund_payload,
    send,
    signed,
    store_of,
)
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
ORDER = json.dumps(order_payload()).encode()
THEN = dt.datetime(2036, 11, 20, 9, tzinfo=dt.UTC)
TO_COME = "2036-11-20T10:00:00+01:00"


def hooked(client, store, body: bytes, headers: dict):
    address = reverse("partnerships:store_hook", args=[store.pk])
    return client.post(address, data=body, content_type="application/json", headers=headers)


class TestTheHook:
    @pytest.mark.parametrize("platform", list(Platform), ids=str)
    def test_keeps_what_the_store_signed_once_byte_for_byte(self, client, platform):
        store = store_of(platform=platform)
        headers = signed(store, ORDER, "orders/create", delivery="d1")
        assert [hooked(client, store, ORDER, headers).status_code for _ in range(2)] == [200, 200]
        kept = RawDelivery.objects.get()
        assert (kept.body, kept.outcome) == (ORDER, DeliveryOutcome.WAITING)
        assert ORDER not in bytes(kept.sealed)
        assert kept.digest == hashlib.sha256(ORDER).hexdigest()

    @pytest.mark.parametrize("platform", list(Platform), ids=str)
    def test_refuses_what_it_did_not_sign_and_keeps_nothing(self, client, platform):
        store = store_of(platform=platform)
        headers = signed(store, ORDER, "orders/create")
        assert hooked(client, store, ORDER + b" ", headers).status_code == 401
        assert hooked(client, store, ORDER, {}).status_code == 401
        assert not RawDelivery.objects.exists()
        store.refresh_from_db()
        assert store.refused_at is not None

    def test_refuses_what_is_too_large(self, client):
        store = store_of()
        body = b'"' + b"a" * LARGEST_BODY + b'"'
        assert hooked(client, store, body, signed(store, body)).status_code == 413
        assert not RawDelivery.objects.exists()

    def test_knows_no_store_that_was_removed_or_never_was(self, client):
        store = store_of()
        headers = signed(store, ORDER)
        remove_store(creator=store.creator, store_id=store.pk)
        assert hooked(client, store, ORDER, headers).status_code == 404
        assert hooked(client, Store(), ORDER, headers).status_code == 404
        assert client.get(reverse("partnerships:store_hook", args=[store.pk])).status_code == 405

    def test_greets_woocommerces_ping(self, client):
        store = store_of(platform=Platform.WOOCOMMERCE)
        assert hooked(client, store, b"webhook_id=12", {}).status_code == 200
        assert not RawDelivery.objects.exists()

    def test_takes_nothing_before_there_is_a_secret(self, client):
        store = store_of()
        headers = signed(store, ORDER)
        Store.objects.update(secret="")
        assert hooked(client, store, ORDER, headers).status_code == 401

    def test_is_handled_by_the_task(self, client):
        store = store_of()
        hooked(client, store, ORDER, signed(store, ORDER))
        tasks.handle_store_deliveries()
        assert RawDelivery.objects.get().outcome == DeliveryOutcome.DONE
        assert MerchOrder.objects.get().earned == 55_00


class TestHandleWaiting:
    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (b"no json", "This is not JSON."),
            (b"[" * 5000, "This is not JSON."),
            (b'{"type": "order", "data": {"id": NaN}}', "This is not JSON."),
            (b'{"type": "order"}', "data is missing."),
            (b'{"type": "order", "data": {"id": true}}', "is not a moment"),
            (b'{"type": "order", "data": {"id": 1, "placed_at": "yesterday"}}', "is not a moment"),
            (b'{"type": "order", "data": {"currency": "XXX"}}', "no currency"),
            (b'{"type": "refund", "data": {"id": 1, "refunded_at": "2026-03-05T10:00:00Z"}}', "order_id"),
        ],
        ids=["text", "deep", "nan", "no_data", "boolean", "no_moment", "no_currency", "no_order"],
    )
    def test_fails_with_a_sentence_where_it_can_t_be_read(self, body, words):
        store = store_of()
        kept = send(store, body)
        assert kept.outcome == DeliveryOutcome.FAILED
        assert words in kept.reason
        assert not MerchOrder.objects.exists()

    @pytest.mark.parametrize(
        ("payload", "what"),
        [
            (order_payload(placed_at=TO_COME, shipments=[]), "placed"),
            (order_payload(updated_at=TO_COME), "changed"),
            (order_payload(shipments=[{"id": "s1", "shipped_at": TO_COME}]), "shipped"),
            (refund_payload("5.00", refunded_at=TO_COME), "refunded"),
        ],
        ids=["placed", "changed", "shipped", "refunded"],
    )
    def test_fails_what_is_still_to_come_until_then(self, payload, what):
        store = store_of()
        kept = send(store, payload, at=THEN - AHEAD - dt.timedelta(minutes=1))
        assert kept.outcome == DeliveryOutcome.FAILED
        assert kept.reason == f"It says {what} on 2036-11-20 at 09:00 UTC, which is still to come."
        assert not MerchOrder.objects.exists()
        again = replay(delivery_id=kept.pk, actor=store.creator, at=THEN - AHEAD)
        assert again.outcome == DeliveryOutcome.DONE
        assert MerchOrder.objects.exists()

    def test_reads_ids_and_amounts_as_they_are(self):
        body = json.dumps(order_payload()["data"] | {"id": 2**63 + 1, "total": 64.1}).encode()
        store = store_of()
        send(store, b'{"type": "order", "data": ' + body + b"}")
        order = MerchOrder.objects.get()
        assert (order.external_id, order.total) == (str(2**63 + 1), 64_10)

    def test_takes_text_that_no_table_takes(self):
        store = store_of()
        line = {"id": "a", "title": "Shirt\0\ud800", "quantity": 1, "unit_price": "1"}
        kept = send(store, order_payload(lines=[line]))
        assert kept.outcome == DeliveryOutcome.DONE
        assert kept.order.lines.get().title == "Shirt?"

    @pytest.mark.parametrize(
        ("platform", "topic", "headers"),
        [
            (Platform.SHOPIFY, "products/update", {}),
            (Platform.SHOPIFY, "orders/create", {"x-shopify-test": "true"}),
            (Platform.WOOCOMMERCE, "coupon.created", {}),
            (Platform.GENERIC, "", {}),
        ],
        ids=["unknown", "test", "coupon", "no_type"],
    )
    def test_keeps_what_brings_no_income_with_the_reason(self, platform, topic, headers):
        store, body = store_of(platform=platform), b'{"id": 1, "type": "hello"}'
        told = signed(store, body, topic) | headers
        receive(store_id=store.pk, headers=told, body=body, at=NOW)
        handle_waiting(at=NOW)
        kept = RawDelivery.objects.get()
        assert kept.outcome == DeliveryOutcome.IGNORED
        assert kept.reason
        assert not MerchOrder.objects.exists()

    def test_refuses_another_shops_payload_by_name(self):
        store = store_of(platform=Platform.SHOPIFY, domain="lumi.myshopify.com")
        kept = send(store, {"id": 1}, "orders/create", source="other.myshopify.com")
        assert kept.outcome == DeliveryOutcome.FAILED
        assert kept.reason == "It comes from other.myshopify.com; this store is lumi.myshopify.com."

    def test_leaves_a_paused_store_waiting_until_it_goes_on(self):
        store = store_of()
        pause_store(creator=store.creator, store_id=store.pk)
        receive(store_id=store.pk, headers=signed(store, ORDER), body=ORDER, at=NOW)
        assert handle_waiting(at=NOW) == 0
        resume_store(creator=store.creator, store_id=store.pk)
        assert handle_waiting(at=NOW) == 1
        assert MerchOrder.objects.get().earned == 55_00

    def test_goes_on_after_one_that_breaks(self, monkeypatch):
        store = store_of()
        for number in (1, 2):
            body = json.dumps(order_payload(number)).encode()
            receive(store_id=store.pk, headers=signed(store, body), body=body, at=NOW)
        from partnerships.operations import store_deliveries

        learn = store_deliveries.learn

        def broken(**told):
            if told["told"]["order_id"].endswith("4"):
                raise ZeroDivisionError
            return learn(**told)

        monkeypatch.setattr(store_deliveries, "learn", broken)
        handle_waiting(at=NOW)
        assert sorted(RawDelivery.objects.values_list("outcome", flat=True)) == ["done", "failed"]

    def test_tells_the_creator_once_a_day(self):
        store = store_of()
        for body in (b"no", b"neither"):
            send(store, body)
        assert Notice.objects.filter(person=store.creator, kind="store_delivery_failed").count() == 1


class TestReplay:
    def test_lets_a_creator_play_what_failed_again(self):
        store = store_of(platform=Platform.SHOPIFY, domain="old.myshopify.com")
        kept = send(store, {"id": 1}, "products/create", source="new.myshopify.com")
        Store.objects.update(domain="new.myshopify.com")
        with pytest.raises(NotPermitted):
            replay(delivery_id=kept.pk, actor=CreatorFactory(), at=NOW)
        assert replay(delivery_id=kept.pk, actor=store.creator, at=NOW).outcome == DeliveryOutcome.IGNORED
        with pytest.raises(NotReplayable):
            replay(delivery_id=kept.pk, actor=store.creator, at=NOW)

    def test_changes_nothing_where_it_was_done(self):
        store, boss = store_of(fee_fixed=30), UserFactory(is_staff=True, is_superuser=True)
        first = send(store, order_payload())
        send(store, refund_payload("10.00"))
        before = picture(store)
        assert replay(delivery_id=first.pk, actor=boss, at=NOW).outcome == DeliveryOutcome.DONE
        assert picture(store) == before


class TestForget:
    def test_deletes_what_is_old_but_not_what_waits_or_came_of_it(self):
        store = store_of()
        done = send(store, order_payload(), "orders/create")
        waiting = RawDelivery.objects.create(
            store=store, delivery_id="w", sealed=b"", digest="", received_at=done.received_at
        )
        assert forget(at=done.received_at + KEPT) == 0
        assert forget(at=done.received_at + KEPT + dt.timedelta(days=1)) == 1
        assert RawDelivery.objects.get() == waiting
        assert MerchOrder.objects.exists()
