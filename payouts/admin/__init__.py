"""The desk of the staff. Pages read; decisions go through `payouts.operations`, which check them again."""

from payouts.admin import (
    by_hand,
    identity,
    methods,
    policies,
    recalls,
    remittances,
    requests,
    tax_forms,
)

__all__ = [
    "by_hand",
    "identity",
    "methods",
    "policies",
    "recalls",
    "remittances",
    "requests",
    "tax_forms",
]
