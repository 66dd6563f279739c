"""Reading what shops write: whatever stands in it, a sentence and never a crash."""

import copy
import json
from collections.abc import Iterator

import pytest

from partnerships.merchandise import generic, shopify, woocommerce
from partnerships.merchandise.counting import count, split
from partnerships.merchandise.facts import merge, nothing
from partnerships.merchandise.reading import NotCounted, Unreadable
from tests.factories.partnerships_merch import order_payload, refund_payload
from tests.partnerships.test_merch_samples import samples, woo
from tests.partnerships.test_merch_samples import shopify as of_shopify

JUNK = (None, [], {}, [[]], "", "x", "\0", "9" * 400, -1, 10**30, True, "NaN", "0001-01-01T00:00:00Z")


def places(body, path=()) -> Iterator[tuple]:
    """Where something stands in a body."""
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def with_junk(body, path, junk):
    """A copy as far as the path goes."""
    changed = copy.copy(body)
    changed[path[0]] = with_junk(body[path[0]], path[1:], junk) if path[1:] else junk
    return changed


def survives(told, topic: str, body) -> None:
    try:
        facts = told(topic, {}, body, "USD")
    except (Unreadable, NotCounted):
        return
    known = json.loads(json.dumps(merge(nothing(), facts)))
    count(known, fee_fixed=30, fee_per_mille=29, cost_of=lambda product, date: 5)


class TestTold:
    @pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
    def test_survives_junk_anywhere_in_our_own_format(self, junk):
        for topic, body in (
            ("order", order_payload(refunds=[refund_payload("1.00")["data"]])),
            ("refund", refund_payload("1.00", lines=[{"line_id": "a", "quantity": 1, "amount": "1.00"}])),
        ):
            for path in places(body):
                survives(generic.told, topic, with_junk(body, path, junk))

    @samples
    @pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
    def test_survives_junk_anywhere_in_the_samples(self, junk):
        small = woo("order_4"), woo("refund_3")[1], of_shopify("refund_created")
        for told, topic, body in (
            (woocommerce.told, "order.updated", small[0]),
            (woocommerce.told, "refund.created", small[1]),
            (shopify.told, "refunds/create", small[2]),
        ):
            for path in places(body):
                survives(told, topic, with_junk(body, path, junk))

    @samples
    @pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
    def test_survives_junk_in_the_order_of_shopify(self, junk):
        body = of_shopify("order")
        read = ("line_items", "refunds", "fulfillments", "total_price_set")
        for path in places(body):
            if (len(path) == 1 or path[0] in read) and "line_item" not in path and "properties" not in path:
                survives(shopify.told, "orders/updated", with_junk(body, path, junk))


class TestSplit:
    def test_adds_up_to_the_last_part(self):
        assert split(100, [1, 1, 1]) == [33, 33, 34]
        assert split(5, [0, 0]) == [0, 0]
        assert split(7, [3, 0, 1]) == [5, 0, 2]
