"""Lumi's two shops over two years: signed deliveries, as the shops themselves send them."""

import datetime as dt
import json
import random
import uuid

from standardwebhooks.webhooks import Webhook
from uuid_utils.compat import uuid7

from partnerships.merch_states import Platform
from partnerships.merchandise.signatures import signature
from partnerships.models import Store
from partnerships.operations.item_costs import set_cost
from partnerships.operations.store_deliveries import handle_waiting, receive
from partnerships.operations.stores import connect_store, rotate_secret
from portal.models import User

ORDERS = 70
YEARS = dt.timedelta(days=720)
PRODUCTS = (
    (7_430_112_998_144_001, "Firefly T-shirt", "27.90", "8.40"),
    (7_430_112_998_144_002, "Firefly hoodie", "54.00", "19.50"),
    (7_430_112_998_144_003, "Enamel pin", "9.50", "1.80"),
    (7_430_112_998_144_004, "Night print, A3", "22.00", "4.10"),
    (7_430_112_998_144_005, "Tote bag", "18.00", "5.20"),
)
SIZES = ("S", "M", "L")
SHOPIFY_KEY = "shpss_4d1c-of-the-demo-alone"


def tell(people: dict[str, User], now: dt.datetime) -> None:
    lumi = people["creator@demo.test"]
    if Store.objects.filter(creator=lumi).exists():
        return
    start = now - YEARS
    shop = connect_store(
        creator=lumi, key=uuid7(), platform=Platform.SHOPIFY, name="Lumi’s Fireflies", currency="EUR",
        domain="lumi-fireflies.myshopify.com", fee_fixed=25, fee_per_mille=29, at=start,
    )  # fmt: skip
    prints = connect_store(
        creator=lumi, key=uuid7(), platform=Platform.GENERIC, name="Print fair", currency="EUR", at=start
    )
    rotate_secret(creator=lumi, store_id=shop.pk, secret=SHOPIFY_KEY, at=start)
    rotate_secret(creator=lumi, store_id=prints.pk, at=start)
    for store in (shop, prints):
        store.refresh_from_db()
    for product, _, _, cost in PRODUCTS:
        cents = int(cost.replace(".", ""))
        facts = {"creator": lumi, "store_id": shop.pk, "product_id": str(product), "at": start}
        set_cost(**facts, cost=cents, effective_date=start.date())
        set_cost(**facts, cost=cents * 11 // 10, effective_date=(start + YEARS / 2).date())
    _send_year(shop, start, now)
    _send_fair(prints, now)
    while handle_waiting(at=now):
        pass


def _send_year(shop: Store, start: dt.datetime, now: dt.datetime) -> None:
    chance = random.Random(20)  # noqa: S311 the same shop in every demo
    for number in range(ORDERS):
        placed = start + YEARS * ((number + 1) / (ORDERS + 1)) ** 0.8
        order = _order(chance, number, placed)
        shipped = placed + dt.timedelta(days=chance.randint(1, 4))
        if shipped < now:
            _ship(order, shipped)
        if number % 14 == 5 and shipped < now - dt.timedelta(days=20):
            _refund(order, shipped + dt.timedelta(days=9))
        if number == ORDERS - 9:  # its word and its money differ: trust the money
            _refund(order, shipped + dt.timedelta(days=2), amount="5.00")
            order["financial_status"] = "refunded"
        _send(shop, order, "orders/updated", at=min(shipped, now))
    broken = _order(chance, ORDERS, now - dt.timedelta(hours=3))
    broken["updated_at"] = "soon"
    _send(shop, broken, "orders/create", at=now - dt.timedelta(hours=3))


def _order(chance: random.Random, number: int, placed: dt.datetime) -> dict:
    lines = [_line(chance, number, place) for place in range(chance.choice((1, 1, 1, 2, 3)))]
    net = sum(_cents(line["price"]) * line["quantity"] for line in lines)
    tax = net * 19 // 119
    return {
        "id": 820_982_911_946_154_000 + number,
        "name": f"#{1001 + number}",
        "currency": "EUR",
        "taxes_included": True,
        "financial_status": "paid",
        "processed_at": placed.isoformat(),
        "updated_at": placed.isoformat(),
        "total_price": _euros(net + 490),
        "total_tax": _euros(tax),
        "total_shipping_price_set": {"shop_money": {"amount": "4.90", "currency_code": "EUR"}},
        "line_items": lines,
        "fulfillments": [],
        "refunds": [],
    }


def _line(chance: random.Random, number: int, place: int) -> dict:
    product, title, price, _ = chance.choices(PRODUCTS, weights=(9, 4, 8, 3, 2))[0]
    quantity = chance.choice((1, 1, 1, 2))
    tax = _cents(price) * quantity * 19 // 119
    return {
        "id": 466_157_049_000_000_000 + 10 * number + place,
        "product_id": product,
        "title": title,
        "variant_title": chance.choice(SIZES) if "shirt" in title or "hoodie" in title else "",
        "sku": f"LF-{product % 1000:03}",
        "quantity": quantity,
        "price": price,
        "tax_lines": [{"price": _euros(tax), "rate": 0.19, "title": "VAT"}],
    }


def _ship(order: dict, at: dt.datetime) -> None:
    lines = [{"id": line["id"], "quantity": line["quantity"]} for line in order["line_items"]]
    shipment = {"id": order["id"] + 10**15, "created_at": at.isoformat(), "status": "success"}
    order["fulfillments"].append(shipment | {"line_items": lines})
    order["updated_at"] = at.isoformat()


def _refund(order: dict, at: dt.datetime, amount: str = "") -> None:
    line = order["line_items"][0]
    paid = {"kind": "refund", "status": "success", "currency": "EUR", "amount": amount or line["price"]}
    tax = _cents(line["price"]) * 19 // 119
    back = {
        "line_item_id": line["id"], "quantity": 1, "subtotal": line["price"], "total_tax": _euros(tax),
        "restock_type": "return",
    }  # fmt: skip
    refund = {"id": order["id"] + 2 * 10**15, "created_at": at.isoformat(), "transactions": [paid]}
    order["refunds"].append(refund | {"refund_line_items": [] if amount else [back]})
    order["financial_status"] = "partially_refunded"
    order["updated_at"] = at.isoformat()


def _send_fair(prints: Store, now: dt.datetime) -> None:
    """A small shop of its own making: two prints, one of them still to be shipped."""
    for number, days in enumerate((40, 2)):
        placed = (now - dt.timedelta(days=days)).isoformat()
        line = {"id": "1", "product_id": "print", "title": "Fair print", "quantity": 1, "unit_price": "35.00"}
        order = {"id": f"fair-{number + 1}", "number": f"F{number + 1}", "placed_at": placed, "lines": [line]}
        if number == 0:
            order["shipments"] = [{"id": "s", "shipped_at": placed}]
        _send(prints, {"type": "order", "data": order}, "", at=now - dt.timedelta(days=days))


def _send(store: Store, payload: dict, topic: str, at: dt.datetime) -> None:
    body, delivery = json.dumps(payload).encode(), str(uuid.uuid4())
    if store.platform == Platform.SHOPIFY:
        headers = {
            "X-Shopify-Topic": topic,
            "X-Shopify-Webhook-Id": delivery,
            "X-Shopify-Shop-Domain": store.domain,
            "X-Shopify-Hmac-Sha256": signature(store.secret, body),
        }
    else:
        moment = dt.datetime.now(dt.UTC)
        headers = {
            "Webhook-Id": delivery,
            "Webhook-Timestamp": str(int(moment.timestamp())),
            "Webhook-Signature": Webhook(store.secret).sign(delivery, moment, body.decode()),
        }
    receive(store_id=store.pk, headers=headers, body=body, at=at)


def _cents(price: str) -> int:
    return int(price.replace(".", ""))


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
