"""What is told of an order, in one shape for every platform, and how it is put together.

`merge` takes words in any order, any number of times, and ends in the same: the newest snapshot, and of each
shipment and each refund the newest word. Facts are plain JSON. Moments are ISO 8601 in UTC with all six
digits, so that they compare as text; amounts are in the smallest part of their currency; ids are text.
"""

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import TypedDict

from ledger.units import decimals

MILLIONTHS = 6
"""Decimals of an amount whose currency nobody has named yet."""


class LineFact(TypedDict):
    id: str
    product_id: str
    variant_id: str
    sku: str
    title: str
    variant: str
    quantity: int
    unit_price: int
    discount: int
    tax: int
    net: int


class Snapshot(TypedDict):
    """The order as it stood at `updated_at`; of two words of the same moment, the higher `rank` counts.
    `presentment` is what the buyer saw: a currency and the total in it. `fees` where the shop tells them."""

    updated_at: str
    rank: int
    number: str
    currency: str
    placed_at: str
    paid: bool
    cancelled: bool
    says_refunded: bool
    total: int
    tax: int
    shipping: int
    discount: int
    fees: int | None
    presentment: list | None
    lines: list[LineFact]


class ShipmentFact(TypedDict):
    """`lines` holds pieces by line; None means all of every line. One that does not `count` failed or was
    cancelled."""

    updated_at: str
    at: str
    counts: bool
    lines: dict[str, int] | None


class RefundLine(TypedDict):
    id: str
    quantity: int
    amount: int
    tax: int
    restocked: bool


class RefundFact(TypedDict):
    """`amount` is what moved, in `currency`; None where it was not told, and the lines have to say. One
    without a currency is in that of its order, and its amounts are in millionths. `at` where a moment was
    told; `seen` is the earliest word of it."""

    detail: int
    updated_at: str
    at: str | None
    seen: str
    amount: int | None
    currency: str
    shipping: int
    lines: list[RefundLine]


class Known(TypedDict):
    snapshot: Snapshot | None
    shipments: dict[str, ShipmentFact]
    refunds: dict[str, RefundFact]


class Told(Known):
    """One message about one order."""

    order_id: str


def nothing() -> Known:
    return {"snapshot": None, "shipments": {}, "refunds": {}}


def latest(told: Known) -> tuple[str, str]:
    """The last moment that is told, and what happened then."""
    snapshot = told["snapshot"]
    moments = [(snapshot["placed_at"], "placed"), (snapshot["updated_at"], "changed")] if snapshot else []
    for fact in told["shipments"].values():
        moments += [(fact["at"], "shipped"), (fact["updated_at"], "changed")]
    for fact in told["refunds"].values():
        moments += [(fact["at"] or fact["seen"], "refunded"), (fact["updated_at"], "changed")]
    return max(moments)


def merge(known: Known, told: Known) -> Known:
    """Both together. Neither is changed."""
    snapshots = [each["snapshot"] for each in (known, told) if each["snapshot"]]
    return {
        "snapshot": max(snapshots, key=lambda fact: (fact["updated_at"], fact["rank"], _text(fact)))
        if snapshots
        else None,
        "shipments": _together(known["shipments"], told["shipments"], _newer_shipment),
        "refunds": _together(known["refunds"], told["refunds"], _newer_refund),
    }


def effective(shop: Known, filed: Known, currency: str) -> Known:
    """What counts of what a shop told and of what its creator's files told, in `currency` where a refund
    names none. A shop's own word on an order stands alone. Where it told of nothing but shipments and
    refunds, the file's order gets them; a refund of the file with the day or the amount of one of the
    shop's is the same refund."""
    shop = shop | {"refunds": {name: _priced(fact, currency) for name, fact in shop["refunds"].items()}}
    if shop["snapshot"] or not filed["snapshot"]:
        return shop
    told = shop["refunds"].values()
    days, amounts = {_day(fact) for fact in told}, {fact["amount"] for fact in told}
    others = {
        name: fact
        for name, fact in filed["refunds"].items()
        if _day(fact) not in days and fact["amount"] not in amounts
    }
    return {
        "snapshot": filed["snapshot"],
        "shipments": filed["shipments"] | shop["shipments"],
        "refunds": others | shop["refunds"],
    }


def _day(fact: RefundFact) -> str:
    return (fact["at"] or fact["seen"])[:10]


def _priced(fact: RefundFact, currency: str) -> RefundFact:
    """In parts of the currency, which a refund without one shares with its order."""
    if fact["currency"]:
        return fact

    def parts(millionths: int) -> int:
        exact = Decimal(millionths).scaleb(decimals(currency) - MILLIONTHS)
        return int(exact.to_integral_value(ROUND_HALF_UP))

    lines = [line | {"amount": parts(line["amount"]), "tax": parts(line["tax"])} for line in fact["lines"]]
    return fact | {
        "currency": currency,
        "amount": None if fact["amount"] is None else parts(fact["amount"]),
        "shipping": parts(fact["shipping"]),
        "lines": lines,
    }


def _together(one: dict, other: dict, choose) -> dict:
    shared = {name: choose(one[name], other[name]) for name in one.keys() & other.keys()}
    return dict(sorted((one | other | shared).items()))


def _newer_shipment(one: ShipmentFact, other: ShipmentFact) -> ShipmentFact:
    return max(one, other, key=lambda fact: (fact["updated_at"], _text(fact)))


def _newer_refund(one: RefundFact, other: RefundFact) -> RefundFact:
    """The one that says most, then the newest; one with a moment says more than one without."""
    best = max(one, other, key=lambda fact: (fact["detail"], fact["updated_at"], _text(fact | {"seen": ""})))
    return best | {"seen": min(one["seen"], other["seen"])}


def _text(fact) -> str:
    return json.dumps(fact, sort_keys=True)
