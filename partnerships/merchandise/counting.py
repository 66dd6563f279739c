"""What an order earned, from what is known of it: a pure function, so that the order of arrival can't matter.

Pieces earn when they are shipped: their price less discount, without tax and shipping. A refund takes back
first what was never shipped, then what was earned: on its own day, or that of the first shipment if later.
Fees count whole on the day of the first shipment, and stay where a refund follows. What a piece costs counts
when it is shipped, and comes back when it is put back on the shelf. Both are the store's, and where an order
is in another currency they are converted at the rate of their day.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from partnerships.merch_states import Contradiction, EarningKind, OrderState
from partnerships.merchandise.facts import Known, LineFact, RefundFact, Snapshot

CostOf = Callable[[str, dt.date], int | None]
Convert = Callable[[int, dt.date], int | None]


@dataclass(frozen=True, kw_only=True)
class Earning:
    kind: EarningKind
    movement: str
    date: dt.date
    line: str = ""
    product_id: str = ""
    title: str = ""
    quantity: int = 0
    sales: int = 0
    refunds: int = 0
    costs: int = 0
    fees: int = 0

    @property
    def amount(self) -> int:
        return self.sales - self.refunds - self.costs - self.fees


@dataclass(frozen=True)
class Refund:
    """`amount` moved, in the order's currency; `goods` of it for lines; `told` as its own parts add up."""

    id: str
    at: dt.datetime
    amount: int
    goods: int
    told: int | None
    restocked: int


@dataclass
class Counted:
    """`unconverted`: some fee or cost is left out, as nobody knows what it is in the order's currency."""

    state: OrderState = OrderState.AWAITED
    earnings: list[Earning] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    shipped: dict[str, int] = field(default_factory=dict)
    costs: dict[str, int | None] = field(default_factory=dict)
    fees: int = 0
    contradiction: Contradiction | None = None
    told: int | None = None
    moved: int | None = None
    unconverted: bool = False

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds)

    @property
    def earned(self) -> int:
        return sum(earning.amount for earning in self.earnings)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """In proportion, to the last part: the shares add up to the amount. Nothing where nothing weighs."""
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    upto = [0, *(amount * weight // whole for weight in accumulate(weights))]
    return [after - before for before, after in pairwise(upto)]


def count(
    known: Known, *, fee_fixed: int, fee_per_mille: int, cost_of: CostOf, convert: Convert = lambda it, on: it
) -> Counted:
    """`known` is what `facts.effective` makes of it. `cost_of` tells what one piece of a product costs on a
    day, and `convert` what an amount of the store's currency was in the order's on a day; None where nobody
    knows."""

    def converted(amount: int, date: dt.date) -> int | None:
        worth = convert(amount, date) if amount else amount
        counted.unconverted |= worth is None
        return worth

    def cost(product: str, date: dt.date) -> int | None:
        told = cost_of(product, date)
        return None if told is None else converted(told, date)

    counted, snapshot = Counted(), known["snapshot"]
    if snapshot is None:
        counted.refunds = [
            Refund(name, _moment(fact["at"] or fact["seen"]), fact["amount"] or 0, 0, None, 0)
            for name, fact in _in_time(known["refunds"])
        ]
        return counted
    lines = [_Line(fact) for fact in snapshot["lines"]]
    _ship(counted, lines, known, cost)
    if counted.earnings:
        first = min(earning.date for earning in counted.earnings)
        told = snapshot["fees"]
        share = (snapshot["total"] * fee_per_mille + 500) // 1000
        _charge(counted, told if told is not None else (converted(fee_fixed, first) or 0) + share, first)
    _give_back(counted, lines, known, snapshot)
    counted.shipped = {line.fact["id"]: line.shipped for line in lines}
    counted.costs = {line.fact["id"]: line.cost for line in lines}
    counted.state = _state(snapshot, lines)
    _contradict(counted, snapshot, lines)
    return counted


class _Line:
    """A line while it is counted: pieces and money that were shipped, and that went back."""

    def __init__(self, fact: LineFact) -> None:
        self.fact = fact
        self.shipped = self.returned = self.refunded = 0
        self.cost: int | None = None
        self.paid_costs = 0
        self.first_date: dt.date | None = None

    def worth(self, pieces: int) -> int:
        return self.fact["net"] * pieces // self.fact["quantity"] if self.fact["quantity"] else 0

    @property
    def earned(self) -> int:
        return self.worth(self.shipped)

    def taken(self) -> int:
        """Of what it earned: what was refunded beyond the worth of what was never shipped."""
        return min(max(self.refunded - (self.fact["net"] - self.earned), 0), self.earned)

    def back(self) -> int:
        """Pieces that came back, beyond those that never left."""
        return min(max(self.returned - (self.fact["quantity"] - self.shipped), 0), self.shipped)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _in_time(refunds: dict[str, RefundFact]) -> list[tuple[str, RefundFact]]:
    return sorted(refunds.items(), key=lambda item: (item[1]["at"] or item[1]["seen"], item[0]))


def _ship(counted: Counted, lines: list[_Line], known: Known, cost_of: CostOf) -> None:
    for name, shipment in sorted(known["shipments"].items(), key=lambda item: (item[1]["at"], item[0])):
        if not shipment["counts"]:
            continue
        date = _moment(shipment["at"]).date()
        for line in lines:
            fact, told = line.fact, shipment["lines"]
            room = fact["quantity"] - line.shipped
            pieces = min(room if told is None else told.get(fact["id"], 0), room)
            if pieces <= 0:
                continue
            before = line.earned
            line.shipped += pieces
            line.cost = cost_of(fact["product_id"], date) if fact["product_id"] else None
            line.paid_costs += (line.cost or 0) * pieces
            line.first_date = line.first_date or date
            counted.earnings.append(
                Earning(
                    kind=EarningKind.SHIPMENT,
                    movement=name,
                    line=fact["id"],
                    product_id=fact["product_id"],
                    title=fact["title"],
                    date=date,
                    quantity=pieces,
                    sales=line.earned - before,
                    costs=(line.cost or 0) * pieces,
                )
            )


def _charge(counted: Counted, fees: int, date: dt.date) -> None:
    counted.fees = fees
    if fees:
        counted.earnings.append(
            Earning(kind=EarningKind.FEES, movement="", date=date, title="Fees", fees=fees)
        )


def _give_back(counted: Counted, lines: list[_Line], known: Known, snapshot: Snapshot) -> None:
    for name, fact in _in_time(known["refunds"]):
        at = _moment(fact["at"] or fact["seen"])
        moved = _in_shop_money(fact, snapshot)
        by_line = {line["id"]: line for line in fact["lines"]}
        goods = sum(line["amount"] for line in fact["lines"])
        taxes = sum(line["tax"] for line in fact["lines"])
        told = goods + taxes + fact["shipping"] if fact["lines"] or fact["shipping"] else None
        if moved is None:
            counted.contradiction, moved = Contradiction.CURRENCY, 0
            counted.told = counted.moved = None
        elif fact["amount"] is None:
            moved = told or 0
        elif told is not None and abs(told - moved) > len(fact["lines"]) and not counted.contradiction:
            # each line may have been rounded
            counted.contradiction, counted.told, counted.moved = Contradiction.REFUND_LINES, told, moved
        named = (by_line.get(line.fact["id"]) for line in lines)
        weights = [max(line["amount"], 0) if line else 0 for line in named]
        parts = _borne(lines, _goods_of(moved, goods, taxes, fact["shipping"]), weights)
        restocked = 0
        for line, part in zip(lines, parts, strict=True):
            mine = by_line.get(line.fact["id"])
            restocked += _take(counted, line, name, at, part, mine)
        counted.refunds.append(Refund(name, at, moved, sum(parts), told, restocked))


def _borne(lines: list[_Line], amount: int, weights: list[int]) -> list[int]:
    """What each line bears of a refund: what it tells of it; what is beyond a line's own worth falls on the
    rest of the others', as far as there is any."""
    rooms = [line.fact["net"] - line.refunded for line in lines]
    named = [min(pair) for pair in zip(split(amount, weights), rooms, strict=True)]
    left = [room - part for room, part in zip(rooms, named, strict=True)]
    spilt = split(min(amount - sum(named), sum(left)), left)
    return [part + more for part, more in zip(named, spilt, strict=True)]


def _take(counted: Counted, line: _Line, name: str, at: dt.datetime, part: int, mine) -> int:
    """Returns how many pieces are on the shelf again."""
    taken, back = line.taken(), line.back()
    line.refunded += part
    line.returned += mine["quantity"] if mine else 0
    money, pieces = line.taken() - taken, line.back() - back
    shelved = pieces if mine and mine["restocked"] else 0
    if line.first_date is not None and (money or pieces):
        counted.earnings.append(
            Earning(
                kind=EarningKind.REFUND,
                movement=name,
                line=line.fact["id"],
                product_id=line.fact["product_id"],
                title=line.fact["title"],
                date=max(at.date(), line.first_date),
                quantity=-pieces,
                refunds=money,
                costs=-(line.paid_costs * shelved // line.shipped),
            )
        )
    return shelved


def _in_shop_money(fact: RefundFact, snapshot: Snapshot) -> int | None:
    """By the rate at which the order itself was paid. None where nobody tells it."""
    if fact["amount"] is None or fact["currency"] in ("", snapshot["currency"]):
        return fact["amount"] or 0
    currency, total = snapshot["presentment"] or ("", 0)
    if fact["currency"] != currency or total <= 0:
        return None
    return (fact["amount"] * snapshot["total"] + total // 2) // total


def _goods_of(moved: int, goods: int, taxes: int, shipping: int) -> int:
    """The money that moved counts, whatever the lines say: as far as it is not shipping, in the proportion of
    goods and tax that they tell, and whole where they tell none."""
    rest = max(moved - shipping, 0)
    if goods + taxes <= 0:
        return rest
    return rest * goods // (goods + taxes)


def _state(snapshot: Snapshot, lines: list[_Line]) -> OrderState:
    shipped = sum(line.shipped for line in lines)
    if shipped:
        waits = any(line.shipped + line.returned < line.fact["quantity"] for line in lines)
        return OrderState.PART_SHIPPED if waits else OrderState.SHIPPED
    if snapshot["cancelled"]:
        return OrderState.CANCELLED
    return OrderState.PAID if snapshot["paid"] else OrderState.PLACED


def _contradict(counted: Counted, snapshot: Snapshot, lines: list[_Line]) -> None:
    """What the order itself says goes before what a refund's lines say."""
    refunded, shipped = counted.refunded, sum(line.earned for line in lines)
    if counted.contradiction == Contradiction.CURRENCY:
        return
    if snapshot["says_refunded"] and refunded < snapshot["total"]:
        found = Contradiction.REFUNDED, snapshot["total"], refunded
    elif refunded > snapshot["total"]:
        found = Contradiction.OVER_REFUNDED, snapshot["total"], refunded
    elif snapshot["cancelled"] and shipped:
        found = Contradiction.CANCELLED, 0, shipped
    else:
        return
    counted.contradiction, counted.told, counted.moved = found
