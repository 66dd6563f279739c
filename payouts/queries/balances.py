"""What a creator has: diamonds, and cash in whichever currencies other income came."""

import uuid
from dataclasses import dataclass

from ledger.chart import (
    CREATOR_CASH_AVAILABLE,
    CREATOR_CASH_HELD,
    CREATOR_CASH_OWED,
    CREATOR_CASH_PENDING,
    CREATOR_DIAMONDS_AVAILABLE,
    CREATOR_DIAMONDS_HELD,
    CREATOR_DIAMONDS_OWED,
    CREATOR_DIAMONDS_PENDING,
)
from ledger.queries import holdings
from ledger.units import DIAMOND

PLACES = {
    CREATOR_DIAMONDS_PENDING: "pending",
    CREATOR_DIAMONDS_AVAILABLE: "available",
    CREATOR_DIAMONDS_HELD: "held",
    CREATOR_DIAMONDS_OWED: "owed",
    CREATOR_CASH_PENDING: "pending",
    CREATOR_CASH_AVAILABLE: "available",
    CREATOR_CASH_HELD: "held",
    CREATOR_CASH_OWED: "owed",
}


@dataclass(frozen=True)
class Balance:
    """What a creator has of one unit, in its smallest part; what is `owed` is a debt."""

    pending: int = 0
    available: int = 0
    held: int = 0
    owed: int = 0


def balances_of(creator_id: uuid.UUID) -> dict[str, Balance]:
    """{unit: balance}, as they stand together at one moment: diamonds first, then the currencies in which
    there ever was something."""
    found: dict[str, dict[str, int]] = {DIAMOND: {}}
    for account, amount in holdings(creator_id, PLACES).items():
        place = PLACES[account.type]
        found.setdefault(account.unit, {})[place] = -amount if place == "owed" else amount
    return {unit: Balance(**amounts) for unit, amounts in found.items()}


def diamonds_of(creator_id: uuid.UUID) -> Balance:
    """In hundredths of a diamond."""
    return balances_of(creator_id)[DIAMOND]


def currencies_of(creator_id: uuid.UUID) -> list[str]:
    """In which there is cash to be paid out."""
    found = balances_of(creator_id)
    return [unit for unit, balance in found.items() if unit != DIAMOND and balance.available > 0]
