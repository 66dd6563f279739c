"""The desk of the staff. Pages read; decisions go through `payouts.operations`, which check them again."""

from payouts.admin import identity, methods, policies, remittances, requests, tax_forms

__all__ = ["identity", "methods", "policies", "remittances", "requests", "tax_forms"]
