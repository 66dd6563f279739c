"""Orders of merch as Shopify and WooCommerce really write them."""

import datetime as dt
import itertools
import json
import os
from pathlib import Path

import pytest
from django.conf import settings as project

from partnerships.merch_states import Contradiction, DeliveryOutcome, Platform
from tests.factories.partnerships_merch import picture, send, store_of
from tests.partnerships.test_merch_orders import days, order_of

pytestmark = pytest.mark.django_db
SAMPLES = Path(os.environ.get("PORTAL_SAMPLES", project.BASE_DIR.parent / "shared" / "samples"))
samples = pytest.mark.skipif(
    not (SAMPLES / "shopify").exists(), reason="the samples made by others are not beside this checkout"
)


def shopify(name: str) -> dict:
    found = json.loads((SAMPLES / "shopify" / f"api_2026-07_{name}.json").read_text())
    body = next(iter(found.values()))
    return body[0] if isinstance(body, list) else body


def woo(name: str):
    return json.loads((SAMPLES / "woocommerce" / f"wc_docs_{name}.json").read_text())


@samples
class TestShopifysSamples:
    def send_all(self, store, order=range(4)):
        messages = [
            ("orders/updated", shopify("order")),
            ("orders/create", shopify("orders")),
            ("refunds/create", shopify("refund_created")),
            ("refunds/create", shopify("refunds")),
        ]
        for place in order:
            topic, body = messages[place]
            assert send(store, body, topic).outcome == DeliveryOutcome.DONE

    def test_end_in_the_same_in_every_order(self):
        pictures = []
        for order in list(itertools.permutations(range(4)))[::5]:
            store = store_of(platform=Platform.SHOPIFY)
            self.send_all(store, order)
            pictures.append(picture(store))
        assert len(pictures) == 5
        assert all(each == pictures[0] for each in pictures)

    def test_trust_what_moved_and_flag_the_order(self):
        store = store_of(platform=Platform.SHOPIFY)
        send(store, shopify("order"), "orders/updated")
        order = order_of(store)
        assert (order.total, order.refunded) == (598_94, 10_00)
        assert order.contradiction == Contradiction.REFUNDED
        assert (order.told_amount, order.moved_amount) == (598_94, 10_00)
        refund = order.refunds.get()
        assert (refund.amount, refund.told) == (10_00, 587_00 + 11_94)
        assert order.earned == 0  # its only fulfilment failed

    def test_earn_once_a_fulfilment_succeeds(self):
        store, body = store_of(platform=Platform.SHOPIFY), shopify("order")
        body["fulfillments"][0]["status"] = "success"
        body["fulfillments"][0]["line_items"] = body["line_items"]
        send(store, body, "orders/updated")
        goods = 10_00 * 587_00 // 598_94  # of what moved, in the proportion that its lines tell
        assert sum(days(store.creator).values()) == 587_00 - goods == 577_20


@samples
class TestWooCommercesSamples:
    def test_earn_when_completed(self):
        store = store_of(platform=Platform.WOOCOMMERCE)
        send(store, woo("order_1"), "order.created")
        assert days(store.creator) == {}
        send(store, woo("order_4"), "order.updated")
        assert days(store.creator) == {dt.date(2017, 3, 22): 18_00}

    @pytest.mark.parametrize(
        ("fee", "left"), [(1.23, 16_77), ("1.23", 16_77), (-1, 17_00), ("n/a", 17_70), ([], 17_70)], ids=str
    )
    def test_pay_the_fee_that_a_plugin_tells_if_it_is_one(self, fee, left):
        store = store_of(platform=Platform.WOOCOMMERCE, fee_fixed=30)
        body = woo("order_4")
        body["meta_data"] = [{"key": "_stripe_fee", "value": fee}]
        assert send(store, body, "order.updated").outcome == DeliveryOutcome.DONE
        assert sum(days(store.creator).values()) == left

    def test_end_in_the_same_with_the_refunds_told_before_and_after(self):
        messages = [("order.updated", woo("order_3")[1])]
        messages += [("refund.created", each) for each in woo("refund_3")]
        pictures = []
        for order in itertools.permutations(messages):
            store = store_of(platform=Platform.WOOCOMMERCE)
            for topic, body in order:
                assert send(store, body, topic).outcome == DeliveryOutcome.DONE
            pictures.append(picture(store))
        assert all(each == pictures[0] for each in pictures)
        assert pictures[0][0][3] == 19_00
