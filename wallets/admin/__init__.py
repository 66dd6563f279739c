from wallets.admin import packages, purchases

__all__ = ["packages", "purchases"]
