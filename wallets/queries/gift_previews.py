"""What sending a gift would cost and bring, told before it is sent."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from ledger.chart import VIEWER_COINS
from ledger.queries import NoRate, balance, rate
from ledger.rates import convert
from ledger.units import COIN, DIAMOND
from wallets.models import GiftType
from wallets.queries.packages import packages_for


@dataclass(frozen=True)
class Preview:
    """`coins` is the whole cost; `price` what so many coins cost in the viewer's smallest package, in the
    smallest part of `currency` (None where nothing is sold). The creator nets `diamonds` (hundredths), which
    are worth `worth` in the smallest part of `worth_currency` (None without a rate): the viewer's currency
    where a rate to it is known, else US dollars. `balance` is None for somebody who is not logged in."""

    gift_type: GiftType
    quantity: int
    coins: int
    price: int | None
    currency: str
    diamonds: int | None
    worth: int | None
    worth_currency: str
    balance: int | None

    @property
    def shown(self) -> str:
        return cost_shown(self.gift_type, self.quantity)

    @property
    def missing(self) -> int:
        return max(self.coins - (self.balance or 0), 0)

    @property
    def left(self) -> int:
        return max((self.balance or 0) - self.coins, 0)


def preview_gift(*, viewer, gift_type: GiftType, quantity: int, at: dt.datetime) -> Preview:
    """`viewer` may be anonymous: then at the prices of those who have not told their country."""
    coins = gift_type.coins * quantity
    known = viewer.is_authenticated
    smallest = packages_for(str(viewer.country) if known else "", at).first()
    currency = smallest.currency if smallest else ""
    diamonds, worth, worth_currency = _net(coins, currency or "USD", at)
    return Preview(
        gift_type=gift_type,
        quantity=quantity,
        coins=coins,
        price=round(Fraction(smallest.price * coins, smallest.coins)) if smallest else None,
        currency=currency,
        diamonds=diamonds,
        worth=worth,
        worth_currency=worth_currency,
        balance=balance(VIEWER_COINS.of(viewer.pk)) if known else None,
    )


def cost_shown(gift_type: GiftType, quantity: int) -> str:
    """What a page has told of a choice, for its form to repeat; it tells gifts, numbers and prices apart."""
    return f"{gift_type.slug}:{quantity}:{gift_type.coins * quantity}"


def _net(coins: int, currency: str, at: dt.datetime) -> tuple[int | None, int | None, str]:
    try:
        diamonds = convert(coins, COIN, DIAMOND, rate(COIN, DIAMOND, at).value)
        value = rate(DIAMOND, "USD", at).value
    except NoRate:
        return None, None, currency
    try:
        value *= rate("USD", currency, at).value
    except NoRate:
        currency = "USD"
    return diamonds, convert(diamonds, DIAMOND, currency, value), currency
