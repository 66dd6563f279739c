"""The chart of accounts: every account there can be, in one place.

Signs. Each posting is one side of a transfer: its source gets minus, its destination plus. What the portal
owes (coins of viewers, diamonds and cash of creators) therefore stands positive, and what it holds or is
owed (payment clearing) negative; all accounts of a unit sum to zero.

Running accounts keep their balance on the row and lock it for every posting. Folded accounts only append to
an inbox when credited, and are locked by debits alone; a task folds the inbox into the row. Platform
accounts have no floor, so neither side locks them: no gift waits for another viewer's. The exceptions are the
coins put aside for rewards and the owners' money: no more can be given, or taken out, than was put in.
"""

import uuid
from dataclasses import dataclass, field
from functools import lru_cache

from ledger.units import COIN, DIAMOND, decimals, is_currency

_NAMESPACE = uuid.UUID("6f9d2f0e-6f6b-5c6e-9d7c-1f5f9a1c7d11")
CURRENCY = "CURRENCY"


class WrongUnit(ValueError):
    """This account type is not kept in this unit."""


@dataclass(frozen=True)
class Account:
    """A place in the chart: its type, whose it is (None: the platform's) and its unit.

    The id follows from the three, so that nothing has to be looked up to post."""

    type: "AccountType"
    owner_id: uuid.UUID | None
    unit: str

    @property
    def id(self) -> uuid.UUID:
        return _id(self.type.code, self.owner_id, self.unit)

    def __str__(self) -> str:
        return f"{self.type.code}[{self.unit}]"


@lru_cache(maxsize=10_000)
def _id(code: str, owner_id: uuid.UUID | None, unit: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{code}|{owner_id or ''}|{unit}")


@dataclass(frozen=True)
class AccountType:
    code: str
    unit: str
    owned: bool
    folded: bool
    floor: int | None
    label: str = field(compare=False)

    def of(self, owner_id: uuid.UUID, unit: str | None = None) -> Account:
        """The account of one person. `unit` is needed where the type is kept per currency."""
        if not self.owned:
            raise ValueError(f"{self.code} belongs to the platform.")
        return Account(self, owner_id, self._unit(unit))

    def platform(self, unit: str | None = None) -> Account:
        """The platform's account. `unit` is needed where the type is kept per currency."""
        if self.owned:
            raise ValueError(f"{self.code} belongs to a person.")
        return Account(self, None, self._unit(unit))

    def _unit(self, unit: str | None) -> str:
        if self.unit != CURRENCY:
            if unit not in (None, self.unit):
                raise WrongUnit(f"{self.code} is kept in {self.unit}, not {unit}.")
            return self.unit
        if unit is None or not is_currency(unit):
            raise WrongUnit(f"{self.code} is kept per currency; {unit!r} is none.")
        decimals(unit)
        return unit


CHART: dict[str, AccountType] = {}


def _add(
    code: str, unit: str, label: str, *, owned: bool = False, folded: bool = True, floor: int | None = None
) -> AccountType:
    CHART[code] = AccountType(code, unit, owned, folded, floor, label)
    return CHART[code]


VIEWER_COINS = _add("viewer.coins", COIN, "Coins", owned=True, folded=False, floor=0)

CREATOR_DIAMONDS_PENDING = _add("creator.diamonds.pending", DIAMOND, "Pending diamonds", owned=True, floor=0)
CREATOR_DIAMONDS_AVAILABLE = _add(
    "creator.diamonds.available", DIAMOND, "Available diamonds", owned=True, folded=False, floor=0
)
CREATOR_DIAMONDS_HELD = _add(
    "creator.diamonds.held", DIAMOND, "Held diamonds", owned=True, folded=False, floor=0
)
CREATOR_DIAMONDS_OWED = _add("creator.diamonds.owed", DIAMOND, "Owed diamonds", owned=True, folded=False)
"""A debt: it stands negative, and what becomes available next repays it."""
CREATOR_CASH_PENDING = _add("creator.cash.pending", CURRENCY, "Pending cash", owned=True, floor=0)
CREATOR_CASH_AVAILABLE = _add(
    "creator.cash.available", CURRENCY, "Available cash", owned=True, folded=False, floor=0
)
CREATOR_CASH_HELD = _add("creator.cash.held", CURRENCY, "Held cash", owned=True, folded=False, floor=0)
CREATOR_CASH_OWED = _add("creator.cash.owed", CURRENCY, "Cash owed by creators", owned=True, folded=False)
"""A debt, as that of diamonds."""

COINS_ISSUED = _add("platform.coins.issued", COIN, "Coins issued")
COINS_REDEEMED = _add("platform.coins.redeemed", COIN, "Coins redeemed")
REWARD_COINS_FUNDED = _add("platform.coins.rewards", COIN, "Reward coins funded", folded=False, floor=0)
DIAMONDS_ISSUED = _add("platform.diamonds.issued", DIAMOND, "Diamonds issued")
DIAMONDS_REDEEMED = _add("platform.diamonds.redeemed", DIAMOND, "Diamonds redeemed")
PAYMENT_CLEARING = _add("platform.payment_clearing", CURRENCY, "Payment clearing")
COIN_FLOAT = _add("platform.coin_float", CURRENCY, "Coin float")
FEE_REVENUE = _add("platform.fee_revenue", CURRENCY, "Fee revenue")
TAX_WITHHELD = _add("platform.tax_withheld", CURRENCY, "Tax withheld")
PAYOUT_CLEARING = _add("platform.payout_clearing", CURRENCY, "Payout clearing")
DISPUTE_LOSSES = _add("platform.dispute_losses", CURRENCY, "Dispute losses")
CLAWBACK_RECOVERIES = _add("platform.clawback_recoveries", CURRENCY, "Recovered from creators")
FORFEITED = _add("platform.forfeited", CURRENCY, "Given up by who left")
PROGRAMME_EXPENSE = _add("platform.programme_expense", CURRENCY, "Programme expense")
MARKETING_EXPENSE = _add("platform.marketing_expense", CURRENCY, "Marketing expense")
AFFILIATE_PAYABLE = _add("platform.affiliate_payable", CURRENCY, "Affiliate payable")
FX = _add("platform.fx", CURRENCY, "FX gain and loss")
OWN_FUNDS = _add("platform.own_funds", CURRENCY, "Own funds", folded=False, floor=0)
"""What the owners put in: the platform's expenses are paid out of it."""
