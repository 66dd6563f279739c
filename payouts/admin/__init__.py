"""The desk of the staff. Pages read; decisions go through `payouts.operations`, which check them again."""

from payouts.admin import (
    bank_messages,
    batches,
    by_hand,
    clawbacks,
    identity,
    invoices,
    methods,
    pauses,
    policies,
    recalls,
    reconciliation,
    remittances,
    requests,
    statements,
    stops,
    tax_forms,
)

__all__ = [
    "bank_messages",
    "batches",
    "by_hand",
    "clawbacks",
    "identity",
    "invoices",
    "methods",
    "pauses",
    "policies",
    "recalls",
    "reconciliation",
    "remittances",
    "requests",
    "statements",
    "stops",
    "tax_forms",
]
