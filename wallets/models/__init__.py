from wallets.models.gift_types import GiftType
from wallets.models.gifts import Gift
from wallets.models.packages import CoinPackage, Region
from wallets.models.purchases import CoinPurchase, ProviderEvent

__all__ = ["CoinPackage", "CoinPurchase", "Gift", "GiftType", "ProviderEvent", "Region"]
