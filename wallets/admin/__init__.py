from wallets.admin import (
    campaigns,
    claims,
    gift_types,
    gifts,
    packages,
    promotions,
    purchases,
)

__all__ = [
    "campaigns",
    "claims",
    "gift_types",
    "gifts",
    "packages",
    "promotions",
    "purchases",
]
