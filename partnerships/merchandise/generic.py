"""Our own format, for any other shop and for CSV: `docs/merch.md` shows it whole.

Bodies follow Standard Webhooks: `type` is `order`, `shipment` or `refund`, `data` the thing itself.
"""

from collections.abc import Mapping
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

_STATES = ("placed", "paid", "refunded", "cancelled")


def told(topic: str, headers: Mapping[str, str], body: dict[str, Any], unit: str) -> Told:
    """What a delivery says; `unit` is the store's currency, for an order that names none: a refund is in that
    of its order. Raises Unreadable, NotCounted."""
    data = body.get("data")
    kind = topic.partition(".")[0]
    if kind not in ("order", "shipment", "refund"):
        raise NotCounted(f"Nothing is counted from {topic or 'a delivery without a type'}.")
    if not isinstance(data, dict):
        raise Unreadable("data is missing.")
    if kind == "order":
        return _order(data, currency(data.get("currency") or unit))
    code = currency(data["currency"]) if data.get("currency") else ""
    one = {identity(data.get("id"), "id"): (_shipment(data) if kind == "shipment" else _refund(data, code))}
    return Told(
        order_id=identity(data.get("order_id"), "order_id"),
        snapshot=None,
        shipments=one if kind == "shipment" else {},
        refunds=one if kind == "refund" else {},
    )


def _order(data: dict[str, Any], code: str) -> Told:
    state = text(data.get("state") or "paid")
    if state not in _STATES:
        raise Unreadable(f"state is one of {', '.join(_STATES)}.")
    shipments = {
        identity(each.get("id"), "A shipment's id"): _shipment(each)
        for each in many(data.get("shipments"), "shipments")
    }
    refunds = {
        identity(each.get("id"), "A refund's id"): _refund(each, code)
        for each in many(data.get("refunds"), "refunds")
    }
    lines = distinct([_line(each, code) for each in many(data.get("lines"), "lines")])
    sums = {name: amount(data.get(name), code, name) for name in ("tax", "shipping")}
    goods = sum(line["net"] for line in lines)
    snapshot = Snapshot(
        updated_at=moment(data.get("updated_at") or data.get("placed_at"), "updated_at"),
        rank=_STATES.index(state) + 10 * min(len(shipments) + len(refunds), 1000),
        number=text(data.get("number"), 64),
        currency=code,
        placed_at=moment(data.get("placed_at"), "placed_at"),
        paid=state in _STATES[1:3],
        cancelled=state == "cancelled",
        says_refunded=state == "refunded",
        total=amount(data["total"], code, "total") if "total" in data else goods + sum(sums.values()),
        tax=sums["tax"],
        shipping=sums["shipping"],
        discount=sum(line["discount"] for line in lines),
        fees=amount(data["fees"], code, "fees") if data.get("fees") is not None else None,
        presentment=None,
        lines=lines,
    )
    order_id = identity(data.get("id"), "id")
    return Told(order_id=order_id, snapshot=snapshot, shipments=shipments, refunds=refunds)


def _line(data: dict[str, Any], code: str) -> LineFact:
    quantity = whole(data.get("quantity"), "A line's quantity")
    price = amount(data.get("unit_price"), code, "A line's unit_price")
    discount = amount(data.get("discount"), code, "A line's discount")
    return LineFact(
        id=identity(data.get("id"), "A line's id"),
        product_id=optional_id(data.get("product_id")),
        variant_id=optional_id(data.get("variant_id")),
        sku=text(data.get("sku"), 100),
        title=text(data.get("title")) or "Something",
        variant=text(data.get("variant"), 100),
        quantity=quantity,
        unit_price=price,
        discount=discount,
        tax=amount(data.get("tax"), code, "A line's tax"),
        net=max(price * quantity - discount, 0),
    )


def _pieces(data: dict[str, Any]) -> dict[str, int] | None:
    if "lines" not in data:
        return None
    lines: dict[str, int] = {}
    for each in many(data["lines"], "lines"):
        line = identity(each.get("line_id"), "line_id")
        lines[line] = lines.get(line, 0) + whole(each.get("quantity"), "A shipped quantity")
    return lines


def _shipment(data: dict[str, Any]) -> ShipmentFact:
    at = moment(data.get("shipped_at"), "shipped_at")
    return ShipmentFact(
        updated_at=moment(data.get("updated_at") or data.get("shipped_at"), "updated_at"),
        at=at,
        counts=data.get("cancelled") is not True,
        lines=_pieces(data),
    )


def _refund(data: dict[str, Any], code: str) -> RefundFact:
    at = moment(data.get("refunded_at"), "refunded_at")
    return RefundFact(
        detail=0,
        updated_at=at,
        at=at,
        seen=at,
        amount=amount(data["amount"], code, "A refund's amount") if "amount" in data else None,
        currency=code,
        shipping=amount(data.get("shipping"), code, "A refund's shipping"),
        lines=[
            RefundLine(
                id=identity(each.get("line_id"), "line_id"),
                quantity=whole(each.get("quantity", 0), "A refunded quantity"),
                amount=amount(each.get("amount"), code, "A refunded line's amount"),
                tax=amount(each.get("tax"), code, "A refunded line's tax"),
                restocked=each.get("restocked") is True,
            )
            for each in many(data.get("lines"), "lines")
        ],
    )
