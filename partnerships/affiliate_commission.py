"""What an order earns its creator. Pure arithmetic on whole numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

BASIS = 10_000


@dataclass(frozen=True)
class Item:
    """`amount` is what the buyer paid for all pieces of it."""

    product: str
    amount: int
    quantity: int = 1


@dataclass(frozen=True)
class Step:
    """What one line of the rate was applied to; `product` is empty for all that no line names."""

    product: str
    amount: int
    quantity: int
    from_sales: int
    basis_points: int | None
    fixed: int | None


@dataclass(frozen=True)
class Reckoning:
    commission: int
    month_sales: int
    steps: list[Step]

    def as_json(self) -> dict:
        return asdict(self)


def reckon(lines: Iterable, *, amount: int, items: Sequence[Item], month_sales: int) -> Reckoning:
    """The commission of an order of `amount`, of which `items` are a part or all, for a creator whose sales
    of the month stand at `month_sales` before it. `lines` are those of a rate, the general one among them.

    Percentages are added up before they are rounded, down, once. A fixed amount is paid for each piece of a
    product that has a line, and else once an order."""
    lines = list(lines)
    steps, rest = [], amount
    for item in items:
        line = _highest(lines, item.product, month_sales)
        if line is not None:
            rest -= item.amount
            steps.append(_step(line, item.amount, item.quantity))
    if rest or not steps:
        steps.append(_step(_highest(lines, "", month_sales), rest, 1))
    parts = sum(step.amount * step.basis_points for step in steps if step.basis_points)
    fixed = sum(step.fixed * step.quantity for step in steps if step.fixed)
    return Reckoning(parts // BASIS + fixed, month_sales, steps)


def _highest(lines: list, product: str, month_sales: int):
    """The highest tier that the month has reached, of the lines of this product."""
    reached = [line for line in lines if line.product == product and line.from_sales <= month_sales]
    return max(reached, key=lambda line: line.from_sales, default=None)


def _step(line, amount: int, quantity: int) -> Step:
    return Step(line.product, amount, quantity, line.from_sales, line.basis_points, line.fixed)


def taken_back(*, commission: int, amount: int, refunded: int) -> int:
    """How much of a commission is gone once so much of its order was refunded: all of it with all of it, and
    rounded down before, so that no sequence of refunds takes more than there is."""
    return commission if refunded >= amount else commission * refunded // amount
