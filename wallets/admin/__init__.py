from wallets.admin import gift_types, gifts, packages, purchases

__all__ = ["gift_types", "gifts", "packages", "purchases"]
