"""Shopify's webhooks: orders, refunds and fulfilments, as of Admin API 2026-07 and before.

Shop money counts, not what the buyer saw. Lines of a shop whose prices include tax are told with it:
`taxes_included` says so. A refund is what its transactions moved.
https://shopify.dev/docs/api/admin-rest/latest/resources/order
"""

from collections.abc import Mapping
from typing import Any

from partnerships.merchandise.facts import (
    LineFact,
    RefundFact,
    RefundLine,
    ShipmentFact,
    Snapshot,
    Told,
)
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
    optional_moment,
    text,
    whole,
)

_KINDS = ("order", "refund", "fulfillment")
_SHIPPED = ("success",)
_RANKS = ("pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided")


def told(topic: str, headers: Mapping[str, str], body: dict[str, Any], unit: str) -> Told:
    """What a delivery says; every one names its currencies, so that of the shop is not asked for. Raises
    Unreadable, NotCounted."""
    if headers.get("x-shopify-test", "").lower() == "true":
        raise NotCounted("A test of Shopify's: it counts nowhere.")
    for kind in _KINDS:  # as the REST API wraps them
        if "id" not in body and isinstance(body.get(kind), dict):
            body = body[kind]
    if topic in ("orders/delete", "orders/edited"):
        raise NotCounted("Shopify tells the rest of it with orders/updated.")
    if topic.startswith("orders/"):
        return _order(body)
    if topic.startswith("refunds/"):
        return _alone(body, refunds={_id(body, "The refund's id"): _refund(body, "", False)})
    if topic.startswith("fulfillments/"):
        return _alone(body, shipments={_id(body, "The fulfilment's id"): _shipment(body)})
    raise NotCounted(f"Nothing is counted from {topic or 'a delivery without a topic'}.")


def _alone(body: dict[str, Any], **facts) -> Told:
    order_id = identity(body.get("order_id"), "order_id")
    return Told(**({"order_id": order_id, "snapshot": None, "shipments": {}, "refunds": {}} | facts))


def _id(body: dict[str, Any], name: str) -> str:
    return identity(body.get("id"), name)


def _money(body: dict[str, Any], name: str, code: str, default: object = None) -> int:
    """The shop's own money, where both are told."""
    both = body.get(f"{name}_set")
    shop = both.get("shop_money") if isinstance(both, dict) else None
    if isinstance(shop, dict) and shop.get("amount") is not None:
        return amount(shop["amount"], code, name)
    return amount(body.get(name, default), code, name)


def _order(body: dict[str, Any]) -> Told:
    order_id = _id(body, "The order's id")
    if body.get("test") is True:
        raise NotCounted("A test order: no money moved.")
    code = currency(body.get("currency"))
    taxed = body.get("taxes_included") is True
    at = moment(body.get("updated_at"), "updated_at")
    refunds = {_id(each, "A refund's id"): _refund(each, code, taxed, at) for each in _list(body, "refunds")}
    shipments = {_id(each, "A fulfilment's id"): _shipment(each) for each in _list(body, "fulfillments")}
    status = text(body.get("financial_status"))
    snapshot = Snapshot(
        updated_at=at,
        rank=_rank(body, status, len(refunds) + len(shipments)),
        number=text(body.get("name") or body.get("order_number"), 64),
        currency=code,
        placed_at=moment(body.get("processed_at") or body.get("created_at"), "created_at"),
        paid=status in _RANKS[3:6],
        cancelled=bool(body.get("cancelled_at")),
        says_refunded=status == "refunded",
        total=_money(body, "total_price", code),
        tax=_money(body, "total_tax", code),
        shipping=_money(body, "total_shipping_price", code),
        discount=_money(body, "total_discounts", code),
        fees=None,
        presentment=_presentment(body, code),
        lines=distinct([_line(each, code, taxed) for each in _list(body, "line_items")]),
    )
    return Told(order_id=order_id, snapshot=snapshot, shipments=shipments, refunds=refunds)


def _list(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return many(body.get(name), name)


def _rank(body: dict[str, Any], status: str, movements: int) -> int:
    placed = _RANKS.index(status) if status in _RANKS else 0
    return min(movements, 1000) * 100 + placed * 2 + bool(body.get("cancelled_at"))


def _presentment(body: dict[str, Any], code: str) -> list | None:
    both = body.get("total_price_set")
    seen = both.get("presentment_money") if isinstance(both, dict) else None
    if not isinstance(seen, dict) or seen.get("currency_code") in (None, code):
        return None
    other = currency(seen["currency_code"])
    return [other, amount(seen.get("amount"), other, "total_price")]


def _line(body: dict[str, Any], code: str, taxed: bool) -> LineFact:
    quantity = whole(body.get("quantity"), "A line's quantity")
    price = _money(body, "price", code)
    allocated = _list(body, "discount_allocations")
    discount = sum(_money(each, "amount", code) for each in allocated) or _money(body, "total_discount", code)
    tax = sum(_money(each, "price", code) for each in _list(body, "tax_lines"))
    return LineFact(
        id=_id(body, "A line's id"),
        product_id=optional_id(body.get("product_id")),
        variant_id=optional_id(body.get("variant_id")),
        sku=text(body.get("sku"), 100),
        title=text(body.get("title") or body.get("name")) or "Something",
        variant=text(body.get("variant_title"), 100),
        quantity=quantity,
        unit_price=price,
        discount=discount,
        tax=tax,
        net=max(price * quantity - discount - tax * taxed, 0),
    )


def _shipment(body: dict[str, Any]) -> ShipmentFact:
    made = moment(body.get("created_at"), "A fulfilment's created_at")
    lines: dict[str, int] = {}
    for each in _list(body, "line_items"):
        line = _id(each, "A fulfilled line's id")
        lines[line] = lines.get(line, 0) + whole(each.get("quantity"), "A fulfilled quantity")
    return ShipmentFact(
        updated_at=optional_moment(body.get("updated_at"), "A fulfilment's updated_at") or made,
        at=made,
        counts=text(body.get("status")) in _SHIPPED,
        lines=lines,
    )


def _refund(body: dict[str, Any], code: str, taxed: bool, seen: str = "") -> RefundFact:
    """Its own currency is that of its transactions; an order that holds it names the shop's. A refund that
    comes alone does not say whether prices include tax: its word counts less than that of its order."""
    moved, unit = _moved(body, code)
    at = moment(body.get("processed_at") or body.get("created_at"), "A refund's created_at")
    shop = code or _shop_currency(body) or unit
    lines = [_refund_line(each, shop, taxed) for each in _list(body, "refund_line_items")]
    shipping = [
        -_money(each, "amount", shop) - _money(each, "tax_amount", shop)
        for each in _list(body, "order_adjustments")
        if each.get("kind") == "shipping_refund"
    ]
    return RefundFact(
        detail=1 if code else 0,
        updated_at=max(at, seen),
        at=at,
        seen=at,
        amount=moved,
        currency=unit or shop,
        shipping=sum(shipping),
        lines=lines,
    )


def _moved(body: dict[str, Any], code: str) -> tuple[int | None, str]:
    """What its transactions gave back, and in which currency; nothing where none are told."""
    if "transactions" not in body:
        return None, code
    sums: dict[str, int] = {}
    for each in _list(body, "transactions"):
        if each.get("kind") != "refund" or each.get("status") != "success":
            continue
        both = each.get("amount_set")
        shop = both.get("shop_money") if isinstance(both, dict) else None
        paid = shop if isinstance(shop, dict) else each
        unit = currency(paid.get("currency_code") or each.get("currency") or code)
        sums[unit] = sums.get(unit, 0) + amount(paid.get("amount"), unit, "A refund's amount")
    if len(sums) > 1:
        raise Unreadable("The transactions of one refund are in several currencies.")
    return next(((total, unit) for unit, total in sums.items()), (0, code))


def _shop_currency(body: dict[str, Any]) -> str:
    """As the sums of a refund name it that comes without its order."""
    for each in [body, *_list(body, "refund_line_items")]:
        for name in ("total_duties_set", "subtotal_set"):
            both = each.get(name)
            shop = both.get("shop_money") if isinstance(both, dict) else None
            if isinstance(shop, dict) and shop.get("currency_code"):
                return currency(shop["currency_code"])
    return ""


def _refund_line(body: dict[str, Any], code: str, taxed: bool) -> RefundLine:
    subtotal, tax = _money(body, "subtotal", code), _money(body, "total_tax", code)
    return RefundLine(
        id=identity(body.get("line_item_id"), "A refunded line's id"),
        quantity=whole(body.get("quantity"), "A refunded quantity"),
        amount=max(subtotal - tax * taxed, 0),
        tax=tax,
        restocked=text(body.get("restock_type")) in ("return", "cancel", "legacy_restock"),
    )
