"""The desk of the staff. Pages read; decisions go through `payouts.operations`, which check them again."""

from payouts.admin import (
    batches,
    by_hand,
    identity,
    methods,
    policies,
    recalls,
    reconciliation,
    remittances,
    requests,
    tax_forms,
)

__all__ = [
    "batches",
    "by_hand",
    "identity",
    "methods",
    "policies",
    "recalls",
    "reconciliation",
    "remittances",
    "requests",
    "tax_forms",
]
