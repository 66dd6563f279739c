from wallets.models.packages import CoinPackage, Region
from wallets.models.purchases import CoinPurchase, ProviderEvent

__all__ = ["CoinPackage", "CoinPurchase", "ProviderEvent", "Region"]
