"""The desk of the staff. Pages read; decisions go through `payouts.operations`, which check them again."""

from payouts.admin import methods, policies, remittances, requests

__all__ = ["methods", "policies", "remittances", "requests"]
