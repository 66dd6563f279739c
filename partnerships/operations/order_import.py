"""Orders of merch out of a spreadsheet: one row for each product of an order."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from partnerships.imports import BadRow, Cells, Column, Dialect, Row
from partnerships.imports.dialects import Facts
from partnerships.merch_states import Platform
from partnerships.merchandise.facts import Known, LineFact, RefundFact, ShipmentFact, Snapshot, Told
from partnerships.merchandise.reading import LARGEST, MOST_PIECES
from partnerships.models import MerchOrder, Store
from partnerships.operations.merch_orders import learn_of_file
from partnerships.operations.order_locks import hold_orders
from partnerships.queries.merch import orders_named, stores_of

_MONEY = ("unit_price", "discount", "tax", "refund")


class ToldByTheShop(ValueError):
    """What the shop says of an order counts, and no file changes it."""

    code = "told_by_the_shop"

    def __init__(self, order: str) -> None:
        super().__init__(
            f"Your shop told of order {order} itself: what it says counts, and this row is left out."
        )


def told_by_the_shop(
    lines: Sequence[Mapping[str, str]], *, owner, subject: Store
) -> Mapping[str, MerchOrder]:
    """Those of a file's orders, by what it calls them."""
    named = orders_named(subject, {line["order"].strip() for line in lines})
    return {name: order for name, order in named.items() if order.known.get("snapshot")}


def read(cells: Cells, *, owner, subject: Store, at: dt.datetime, found: Mapping[str, MerchOrder]) -> Row:
    order, product = cells.text("order", longest=60), cells.text("product", longest=200)
    if order in found:
        raise BadRow(str(ToldByTheShop(str(found[order]))))
    currency = cells.currency("currency", default=subject.currency)
    facts: dict = {
        "order": order.removeprefix("#"),
        "number": order,
        "line": cells.text("sku", default=product[:60], longest=60),
        "product": product,
        "placed": cells.day("placed").isoformat(),
        "currency": currency,
        "quantity": cells.whole("quantity"),
        "shipped": _day(cells, "shipped"),
        "refunded": _day(cells, "refunded"),
    }
    today = at.astimezone(dt.UTC).date().isoformat()
    if any(facts[name] and facts[name] > today for name in ("placed", "shipped", "refunded")):
        raise BadRow(f"One of its days is still to come: today is {today} in UTC.")
    for name in _MONEY:
        facts[name] = abs(cells.parts(name, currency, default="0"))
    largest = max(facts[name] for name in _MONEY)
    if facts["quantity"] > MOST_PIECES or largest * max(facts["quantity"], 1) > LARGEST:
        raise BadRow("It is more than any order has.")
    if bool(facts["refund"]) != bool(facts["refunded"]):
        raise BadRow("A refund needs an amount and the day on which it was made.")
    net = max(facts["unit_price"] * facts["quantity"] - facts["discount"], 0)
    label = f"{order}: {facts['quantity']} × {product}"
    return Row(f"{facts['order']}\n{facts['line']}", facts, label, net - facts["refund"], currency)


def _day(cells: Cells, name: str) -> str | None:
    return cells.day(name).isoformat() if cells.text(name, default="") else None


def known(identities: Collection[str], *, owner, subject: Store) -> Mapping[str, Facts]:
    names = {identity: identity.split("\n") for identity in identities}
    here = orders_named(subject, {order for order, _ in names.values()})
    found: dict[str, Facts] = {}
    for identity, (name, line_id) in names.items():
        if name not in here or not here[name].filed:
            continue
        filed = here[name].filed
        lines = {line["id"]: line for line in filed["snapshot"]["lines"]}
        if line_id in lines:
            found[identity] = _facts_of(name, filed, lines[line_id])
    return found


def _facts_of(name: str, filed: Known, line: LineFact) -> Facts:
    snapshot = filed["snapshot"]
    shipment = filed["shipments"].get(line["id"])
    refund = filed["refunds"].get(line["id"])
    given_back = refund is not None and refund["amount"]
    return {
        "order": name,
        "number": snapshot["number"],
        "line": line["id"],
        "product": line["title"],
        "placed": snapshot["placed_at"][:10],
        "currency": snapshot["currency"],
        "shipped": shipment["at"][:10] if shipment and shipment["counts"] else None,
        "refunded": refund["at"][:10] if given_back else None,
        "refund": refund["amount"] if given_back else 0,
        **{name: line[name] for name in ("quantity", "unit_price", "discount", "tax")},
    }


def apply(rows: Sequence[Facts], *, owner, subject: Store, at: dt.datetime) -> None:
    """Lines of an order that are here already stay where no row is about them. Raises ToldByTheShop."""
    stamp = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    by_order: dict[str, list] = {}
    for facts in rows:
        by_order.setdefault(facts["order"], []).append(facts)
    hold_orders(owner.pk)
    here = orders_named(subject, by_order)
    for order in here.values():
        if order.known.get("snapshot"):
            raise ToldByTheShop(str(order))
    kept = {name: order.filed["snapshot"] for name, order in here.items() if order.filed}
    told = [_told(order, mine, kept.get(order), stamp) for order, mine in sorted(by_order.items())]
    learn_of_file(store=subject, told=told, at=at)


def _told(order: str, rows: Sequence, kept: Snapshot | None, stamp: str) -> Told:
    before = {line["id"]: line for line in (kept["lines"] if kept else ())}
    lines = before | {facts["line"]: _line(facts) for facts in rows}
    tax = sum(line["tax"] for line in lines.values())
    snapshot = Snapshot(
        updated_at=stamp,
        rank=len(lines),
        number=rows[0]["number"],
        currency=rows[0]["currency"],
        placed_at=_moment(rows[0]["placed"]),
        paid=True,
        cancelled=False,
        says_refunded=False,
        total=sum(line["net"] for line in lines.values()) + tax,
        tax=tax,
        shipping=0,
        discount=sum(line["discount"] for line in lines.values()),
        fees=None,
        presentment=None,
        lines=list(lines.values()),
    )
    return Told(
        order_id=order,
        snapshot=snapshot,
        shipments={facts["line"]: _shipment(facts, stamp) for facts in rows},
        refunds={
            facts["line"]: _refund(facts, stamp)
            for facts in rows
            if facts["refund"] or facts["line"] in before
        },
    )


def _moment(day: str) -> str:
    noon = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), dt.UTC)
    return noon.isoformat(timespec="microseconds")


def _line(facts) -> LineFact:
    return LineFact(
        id=facts["line"],
        product_id=facts["line"],
        variant_id="",
        sku=facts["line"],
        title=facts["product"],
        variant="",
        **{name: facts[name] for name in ("quantity", "unit_price", "discount", "tax")},
        net=max(facts["unit_price"] * facts["quantity"] - facts["discount"], 0),
    )


def _shipment(facts, stamp: str) -> ShipmentFact:
    return ShipmentFact(
        updated_at=stamp,
        at=_moment(facts["shipped"] or facts["placed"]),
        counts=facts["shipped"] is not None,
        lines={facts["line"]: facts["quantity"]},
    )


def _refund(facts, stamp: str) -> RefundFact:
    """Of the goods alone; one of nothing takes back one that was told before."""
    at = _moment(facts["refunded"] or facts["placed"])
    return RefundFact(
        detail=1,
        updated_at=stamp,
        at=at,
        seen=at,
        amount=facts["refund"],
        currency=facts["currency"],
        shipping=0,
        lines=[{"id": facts["line"], "quantity": 0, "amount": facts["refund"], "tax": 0, "restocked": False}],
    )


ORDERS = Dialect(
    code="merch-orders",
    label="Merch orders",
    columns=(
        Column("order", ("Order", "Name", "Order number")),
        Column("placed", ("Placed", "Date", "Created at", "Order date")),
        Column("product", ("Product", "Lineitem name", "Item")),
        Column("quantity", ("Quantity", "Lineitem quantity")),
        Column("unit_price", ("Unit price", "Lineitem price", "Price")),
        Column("sku", ("SKU", "Lineitem sku"), required=False),
        Column("discount", ("Discount", "Lineitem discount"), required=False),
        Column("tax", ("Tax",), required=False),
        Column("currency", ("Currency",), required=False),
        Column("shipped", ("Shipped", "Fulfilled at"), required=False),
        Column("refund", ("Refund", "Refunded amount"), required=False),
        Column("refunded", ("Refunded", "Refunded at"), required=False),
    ),
    read=read,
    known=known,
    apply=apply,
    look_up=told_by_the_shop,
    refusals=(ToldByTheShop,),
    subjects=lambda owner: stores_of(owner.pk).filter(platform=Platform.GENERIC),
    scope="merch",
    page="partnerships:merch_orders",
    hint="One row for each product of an order. Prices without tax. For a store of the kind “Another shop”: "
    "connect one first, also for what a shop sold before it told us of orders by itself. What it tells "
    "itself goes before any file.",
    example=(
        (
            "Order", "Placed", "Product", "SKU", "Quantity", "Unit price", "Discount", "Shipped", "Refund",
            "Refunded",
        ),
        ("#1001", "2026-03-02", "Firefly T-shirt", "FF-M", "2", "20.00", "4.00", "2026-03-03", "", ""),
        ("#1001", "2026-03-02", "Enamel pin", "PIN", "1", "9.50", "", "2026-03-03", "9.50", "2026-03-09"),
    ),
)  # fmt: skip
