from payouts.admin import remittances

__all__ = ["remittances"]
