from wallets.admin import (
    campaigns,
    claims,
    disputes,
    gift_types,
    gifts,
    limits,
    packages,
    promotions,
    purchases,
    refunds,
)

__all__ = [
    "campaigns",
    "claims",
    "disputes",
    "gift_types",
    "gifts",
    "limits",
    "packages",
    "promotions",
    "purchases",
    "refunds",
]
