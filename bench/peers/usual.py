"""The usual operation: lock both wallets in the order of their ids, look, write."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.db.transaction import atomic

from bench.peers.models import Movement, UsualGift, Wallet
from ledger.rates import convert
from ledger.units import COIN, DIAMOND
from wallets.models import GiftType


class NotEnough(Exception):
    """The viewer's wallet holds less than the gift costs."""


@dataclass(frozen=True)
class Sent:
    gift: UsualGift
    replayed: bool


def send(*, viewer, creator, gift_type: GiftType, quantity: int, key: str, at: dt.datetime) -> Sent:
    """Raises NotEnough."""
    coins = gift_type.coins * quantity
    diamonds = convert(coins, COIN, DIAMOND, Decimal(1))
    with atomic():
        wallets = Wallet.objects.select_for_update().order_by("pk")
        mine = Q(owner=viewer, unit=Wallet.Unit.COIN) | Q(owner=creator, unit=Wallet.Unit.DIAMOND)
        found = {wallet.unit: wallet for wallet in wallets.filter(mine)}
        payer, earner = found[Wallet.Unit.COIN], found[Wallet.Unit.DIAMOND]
        if first := UsualGift.objects.filter(key=key).first():
            return Sent(first, replayed=True)
        if payer.balance < coins:
            raise NotEnough
        payer.balance -= coins
        payer.save(update_fields=["balance"])
        earner.balance += diamonds
        earner.save(update_fields=["balance"])
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
        lines = [
            (payer, payer.unit, -coins),
            (None, payer.unit, coins),
            (None, earner.unit, -diamonds),
            (earner, earner.unit, diamonds),
        ]
        Movement.objects.bulk_create(
            Movement(gift=gift, wallet=wallet, unit=unit, amount=amount) for wallet, unit, amount in lines
        )
    return Sent(gift, replayed=False)
