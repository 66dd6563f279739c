"""django-hordak: an account each, a transaction of four legs for a gift, the balance as the sum of the legs.

It leaves guarding a balance to its user: the viewer's account is locked before its balance is read."""

import datetime as dt
from decimal import Decimal

from django.db.transaction import atomic
from hordak.models import Account, Leg, Transaction
from moneyed import Money, add_currency

from bench.peers.models import UsualGift
from bench.peers.usual import NotEnough, Sent
from ledger.rates import convert
from ledger.units import COIN, DIAMOND
from wallets.models import GiftType

COINS, DIAMONDS = "XCO", "XDI"
ISSUED, REDEEMED, SOLD = "platform diamonds issued", "platform coins redeemed", "platform coins issued"
add_currency(COINS, None, "Coin")
add_currency(DIAMONDS, None, "Diamond")


def open_accounts(viewers: list, creators: list, rich: list, coins: int, at: dt.datetime) -> None:
    """One account for each person, and those of the platform; the `rich` among the viewers get `coins`."""
    names = [
        *((_name(viewer), COINS) for viewer in viewers),
        *((_name(creator), DIAMONDS) for creator in creators),
        *((REDEEMED, COINS), (SOLD, COINS), (ISSUED, DIAMONDS)),
    ]
    # Each is the root of a tree of its own; saved one by one the trees would be numbered anew each time.
    Account.objects.bulk_create(
        Account(name=name, type="LI", currencies=[unit], lft=1, rght=2, tree_id=number, level=0)
        for number, (name, unit) in enumerate(names, 1)
    )
    known = all_accounts()
    bought = Transaction.objects.create(description="coins", date=at.date())
    price = Money(coins, COINS)
    legs = [Leg(transaction=bought, account=known[_name(viewer)], credit=price) for viewer in rich]
    all_of_it = Leg(transaction=bought, account=known[SOLD], debit=price * len(rich))
    Leg.objects.bulk_create([*legs, all_of_it], batch_size=1000)


def all_accounts() -> dict[str, Account]:
    return {account.name: account for account in Account.objects.all()}


def _name(person) -> str:
    return person.handle


def send(
    *,
    accounts: dict[str, Account],
    viewer,
    creator,
    gift_type: GiftType,
    quantity: int,
    key: str,
    at: dt.datetime,
) -> Sent:
    """Raises NotEnough."""
    coins = gift_type.coins * quantity
    diamonds = convert(coins, COIN, DIAMOND, Decimal(1))
    price, earned = Money(coins, COINS), Money(diamonds, DIAMONDS)
    with atomic():
        payer = Account.objects.select_for_update().get(pk=accounts[_name(viewer)].pk)
        if first := UsualGift.objects.filter(key=key).first():
            return Sent(first, replayed=True)
        if payer.get_simple_balance()[COINS] < price:
            raise NotEnough
        gift = UsualGift.objects.create(
            key=key,
            viewer=viewer,
            creator=creator,
            gift_type=gift_type,
            quantity=quantity,
            coins=coins,
            diamonds=diamonds,
            sent_at=at,
        )
        booked = Transaction.objects.create(description=f"gift {gift.pk}", timestamp=at, date=at.date())
        Leg.objects.bulk_create(
            [
                Leg(transaction=booked, account=payer, debit=price),
                Leg(transaction=booked, account=accounts[REDEEMED], credit=price),
                Leg(transaction=booked, account=accounts[ISSUED], debit=earned),
                Leg(transaction=booked, account=accounts[_name(creator)], credit=earned),
            ]
        )
    return Sent(gift, replayed=False)
