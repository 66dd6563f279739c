"""WooCommerce's webhooks: orders (version 3 of its REST API), and refunds where a shop sends them.

It knows no shipments: an order that is completed was shipped, whole, when it was completed. Amounts of lines
are without tax. An order names its refunds without their day: the first word of one is its day, unless the
refund itself is told. https://woocommerce.github.io/woocommerce-rest-api-docs/
"""

import datetime as dt
import re
from collections.abc import Mapping
from contextlib import suppress
from html import unescape
from typing import Any

from partnerships.merchandise.facts import LineFact, RefundFact, RefundLine, ShipmentFact, Snapshot, Told
from partnerships.merchandise.reading import (
    NotCounted,
    Unreadable,
    amount,
    currency,
    distinct,
    identity,
    many,
    moment,
    optional_id,
    text,
    whole,
)

_PING = re.compile(rb"webhook_id=\d{1,20}\s*")
_PARENT = re.compile(r"/orders/(\d{1,40})")
_PAID = ("processing", "completed", "refunded")
_RANKS = ("pending", "on-hold", "processing", "completed", "refunded", "cancelled", "failed", "trash")
_FEES = ("_stripe_fee", "_paypal_transaction_fee", "_wcpay_transaction_fee")
_WHOLE = "completed"


def is_ping(body: bytes) -> bool:
    """What WooCommerce sends, unsigned, when a webhook is saved: it is not saved unless somebody answers."""
    return bool(_PING.fullmatch(body))


def told(topic: str, headers: Mapping[str, str], body: dict[str, Any], unit: str) -> Told:
    """What a delivery says; the shop's currency is not asked for: an order names its own, which is that of
    its refunds too. Raises Unreadable, NotCounted."""
    if topic == "order.deleted":
        raise NotCounted("A deleted order: what was told of it before stays.")
    if topic.startswith("order."):
        return _order(body)
    if topic.startswith("refund."):
        return _refund_alone(body)
    raise NotCounted(f"Nothing is counted from {topic or 'a delivery without a topic'}.")


def _order(body: dict[str, Any]) -> Told:
    order_id = identity(body.get("id"), "The order's id")
    code = currency(body.get("currency"))
    at = _moment(body, "date_modified")
    status = text(body.get("status"))
    total = amount(body.get("total"), code, "total")
    refunds = {}
    for each in many(body.get("refunds"), "refunds"):
        moved = abs(amount(each.get("total"), code, "A refund's total"))
        refunds[identity(each.get("id"), "A refund's id")] = _refund(moved, code, seen=at)
    done = body.get("date_completed_gmt") or body.get("date_completed")
    shipments = {}
    if done:
        shipments[_WHOLE] = ShipmentFact(
            updated_at=at, at=_moment(body, "date_completed"), counts=status in _PAID[1:], lines=None
        )
    snapshot = Snapshot(
        updated_at=at,
        rank=_RANKS.index(status) if status in _RANKS else 0,
        number=text(body.get("number"), 60),
        currency=code,
        placed_at=_moment(body, "date_created"),
        paid=status in _PAID or bool(body.get("date_paid_gmt") or body.get("date_paid")),
        cancelled=status in ("cancelled", "failed", "trash"),
        says_refunded=status == "refunded",
        total=total,
        tax=amount(body.get("total_tax"), code, "total_tax"),
        shipping=amount(body.get("shipping_total"), code, "shipping_total"),
        discount=amount(body.get("discount_total"), code, "discount_total"),
        fees=_fees(body, code),
        presentment=None,
        lines=distinct([_line(each, code) for each in many(body.get("line_items"), "line_items")]),
    )
    return Told(order_id=order_id, snapshot=snapshot, shipments=shipments, refunds=refunds)


def _moment(body: dict[str, Any], name: str) -> str:
    """The one in UTC; a shop's own time only where nothing else is told."""
    return moment(body.get(f"{name}_gmt") or body.get(name), name, dt.UTC)


def _fees(body: dict[str, Any], code: str) -> int | None:
    """What the payment cost, as the usual plugins note it. Anybody may write there: what is no amount is no
    fee."""
    notes = {text(each.get("key")): each.get("value") for each in many(body.get("meta_data"), "meta_data")}
    for told in (notes.get(name) for name in _FEES):
        with suppress(Unreadable):
            if told not in (None, ""):
                return abs(amount(told, code, "The payment's fee"))
    return None


def _line(body: dict[str, Any], code: str) -> LineFact:
    quantity = whole(body.get("quantity"), "A line's quantity")
    before = amount(body.get("subtotal"), code, "A line's subtotal")
    net = amount(body.get("total"), code, "A line's total")
    return LineFact(
        id=identity(body.get("id"), "A line's id"),
        product_id=optional_id(body.get("product_id")),
        variant_id=optional_id(body.get("variation_id")),
        sku=text(body.get("sku"), 100),
        title=unescape(text(body.get("parent_name") or body.get("name"))) or "Something",
        variant="",
        quantity=quantity,
        unit_price=before // quantity if quantity else before,
        discount=max(before - net, 0),
        tax=amount(body.get("total_tax"), code, "A line's tax"),
        net=max(net, 0),
    )


def _refund(moved: int, code: str, *, detail: int = 0, seen: str, at: str | None = None) -> RefundFact:
    return RefundFact(
        detail=detail,
        updated_at=at or "",
        at=at,
        seen=seen,
        amount=moved,
        currency=code,
        shipping=0,
        lines=[],
    )


def _refund_alone(body: dict[str, Any]) -> Told:
    """It names its order in its links alone, and no currency."""
    links = body.get("_links")
    up = many(links.get("up"), "_links.up") if isinstance(links, dict) else []
    parent = _PARENT.search(text(up[0].get("href"), 500)) if up else None
    order_id = identity(body.get("parent_id") or (parent and parent[1]), "The refund's order")
    at = _moment(body, "date_created")
    refund = _refund(abs(amount(body.get("amount"), "", "amount")), "", detail=1, seen=at, at=at)
    refund["lines"] = [_refund_line(each) for each in many(body.get("line_items"), "line_items")]
    refund["shipping"] = sum(
        abs(amount(each.get(name), "", f"A shipping line's {name}"))
        for each in many(body.get("shipping_lines"), "shipping_lines")
        for name in ("total", "total_tax")
    )
    refunds = {identity(body.get("id"), "The refund's id"): refund}
    return Told(order_id=order_id, snapshot=None, shipments={}, refunds=refunds)


def _refund_line(body: dict[str, Any]) -> RefundLine:
    notes = {text(each.get("key")): each.get("value") for each in many(body.get("meta_data"), "meta_data")}
    quantity = body.get("quantity")
    return RefundLine(
        id=identity(notes.get("_refunded_item_id"), "A refunded line's id"),
        quantity=whole(abs(quantity) if isinstance(quantity, int) else quantity, "A refunded quantity"),
        amount=abs(amount(body.get("total"), "", "A refunded line's total")),
        tax=abs(amount(body.get("total_tax"), "", "A refunded line's tax")),
        restocked=False,
    )
