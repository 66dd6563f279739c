"""Stores, and what they send: signed as their platforms sign it."""

import datetime as dt
import json
import uuid

from standardwebhooks.webhooks import Webhook
from uuid_utils.compat import uuid7

from partnerships.merch_states import Platform
from partnerships.merchandise.signatures import DIALECTS, signature
from partnerships.models import MerchOrder, RawDelivery, Store
from partnerships.operations.store_deliveries import handle, receive
from partnerships.operations.stores import connect_store, rotate_secret
from tests.factories.people import CreatorFactory

NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
"""After all that the payloads below tell."""
SHOPIFY_KEY = "the-key-that-shopify-shows"


def store_of(creator=None, platform=Platform.GENERIC, **facts) -> Store:
    creator = creator or CreatorFactory()
    facts = {"name": "Lumi’s shop", "currency": "USD"} | facts
    store = connect_store(creator=creator, key=uuid7(), platform=platform, at=NOW, **facts)
    rotate_secret(creator=creator, store_id=store.pk, secret=SHOPIFY_KEY, at=NOW)
    store.refresh_from_db()
    return store


def signed(
    store: Store, body: bytes, topic: str = "", delivery: str = "", source: str = ""
) -> dict[str, str]:
    """The headers of a delivery, by the store's own secret."""
    delivery = delivery or str(uuid.uuid4())
    if store.platform == Platform.GENERIC:
        moment = dt.datetime.now(dt.UTC)
        sign = Webhook(store.secret).sign(delivery, moment, body.decode())
        stamp = str(int(moment.timestamp()))
        return {"webhook-id": delivery, "webhook-timestamp": stamp, "webhook-signature": sign}
    dialect = DIALECTS[store.platform]
    told = {dialect.topic: topic, dialect.delivery: delivery, dialect.source: source}
    return told | {dialect.signature: signature(store.secret, body)}


def send(store: Store, payload: dict | bytes, topic: str = "", at: dt.datetime = NOW, **told) -> RawDelivery:
    """Receive and handle it."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    kept = receive(store_id=store.pk, headers=signed(store, body, topic, **told), body=body, at=at)
    handle(delivery_id=kept.pk, at=at)
    kept.refresh_from_db()
    return kept


def order_payload(number: int = 1, **facts) -> dict:
    """Two shirts at 20.00 and a cap at 15.00, 5.00 shipping, 4.00 tax; shipped on March 3rd unless told
    otherwise."""
    order = {
        "id": str(9_007_199_254_740_993 + number),
        "number": f"#{1000 + number}",
        "currency": "USD",
        "state": "paid",
        "placed_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-03T10:00:00Z",
        "tax": "4.00",
        "shipping": "5.00",
        "lines": [
            {"id": "a", "product_id": "shirt", "title": "Shirt", "quantity": 2, "unit_price": "20.00"},
            {"id": "b", "product_id": "cap", "title": "Cap", "quantity": 1, "unit_price": "15.00"},
        ],
        "shipments": [{"id": "s1", "shipped_at": "2026-03-03T10:00:00Z"}],
    }
    return {"type": "order", "data": order | facts}


def refund_payload(amount: str, number: int = 1, refund: str = "r1", **facts) -> dict:
    data = {
        "id": refund,
        "order_id": str(9_007_199_254_740_993 + number),
        "refunded_at": "2026-03-05T10:00:00Z",
        "amount": amount,
    }
    return {"type": "refund", "data": data | facts}


def picture(store: Store) -> list:
    """All that is counted of a store's orders, without what differs from run to run."""
    return [
        (
            order.external_id,
            order.state,
            order.total,
            order.refunded,
            order.fees,
            order.earned,
            order.contradiction,
            order.told_amount,
            order.moved_amount,
            sorted(
                order.lines.values_list(
                    "external_id", "title", "quantity", "shipped", "net", "discount", "tax", "cost"
                ),
                key=str,
            ),
            sorted(order.refunds.values_list("external_id", "refunded_at", "amount", "goods", "told")),
            sorted(
                order.earnings.values_list(
                    "kind", "movement", "line", "date", "currency", "quantity", "sales", "refunds", "amount"
                )
            ),
        )
        for order in MerchOrder.objects.filter(store=store).order_by("external_id")
    ]
