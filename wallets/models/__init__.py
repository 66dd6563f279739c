from wallets.models.challenges import Campaign, CheckIn, Joining, Submission
from wallets.models.creator_settings import Block, CreatorSettings
from wallets.models.disputes import Dispute, Loss, Recovery
from wallets.models.freezes import Freeze
from wallets.models.gift_types import GiftType
from wallets.models.gifters import Gifter, GifterCount
from wallets.models.gifts import Gift, GiftReversal
from wallets.models.overlays import Overlay
from wallets.models.packages import CoinPackage, Region
from wallets.models.promotions import Promotion
from wallets.models.purchases import CoinPurchase, ProviderEvent
from wallets.models.refunds import CoinRefund
from wallets.models.removals import CoinRemoval
from wallets.models.rewards import Claim, RewardNotice
from wallets.models.streams import Stream, StreamAudience
from wallets.models.tips import CoinTip
from wallets.models.viewer_settings import ViewerSettings

__all__ = [
    "Block",
    "Campaign",
    "CheckIn",
    "Claim",
    "CoinPackage",
    "CoinPurchase",
    "CoinRefund",
    "CoinRemoval",
    "CoinTip",
    "CreatorSettings",
    "Dispute",
    "Freeze",
    "Gift",
    "GiftReversal",
    "GiftType",
    "Gifter",
    "GifterCount",
    "Joining",
    "Loss",
    "Overlay",
    "Promotion",
    "ProviderEvent",
    "Recovery",
    "Region",
    "RewardNotice",
    "Stream",
    "StreamAudience",
    "Submission",
    "ViewerSettings",
]
