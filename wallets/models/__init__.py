from wallets.models.gift_types import GiftType
from wallets.models.gifts import Gift, GiftReversal
from wallets.models.packages import CoinPackage, Region
from wallets.models.purchases import CoinPurchase, ProviderEvent
from wallets.models.removals import CoinRemoval
from wallets.models.streams import Stream

__all__ = [
    "CoinPackage",
    "CoinPurchase",
    "CoinRemoval",
    "Gift",
    "GiftReversal",
    "GiftType",
    "ProviderEvent",
    "Region",
    "Stream",
]
