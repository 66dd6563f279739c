"""One kind for each state that a viewer hears of; that one is only on its way is told on its page alone."""

from wallets.refund_words import HAPPENED, HEADLINES, NEXT, TONES
from wallets.states import RefundState

TOLD = (
    RefundState.REQUESTED,
    RefundState.APPROVED,
    RefundState.SUCCEEDED,
    RefundState.FAILED,
    RefundState.REJECTED,
)
OPTIONAL = frozenset({RefundState.REQUESTED, RefundState.APPROVED})
"""Mails that ask nothing of anybody."""
REASONS = {
    RefundState.FAILED: "The card has expired.",
    RefundState.REJECTED: "This purchase was refunded by your bank already.",
}
"""What could have been said besides, for the examples."""


def code_of(state: RefundState) -> str:
    return f"refund_{state}"


KINDS = tuple(
    {
        "code": code_of(state),
        "category": "Refunds",
        "tone": TONES[state],
        "label": HEADLINES[state],
        "title": "{{ amount|amount:currency }}: " + HEADLINES[state],
        "reason": "{{ reason }}",
        "next_step": NEXT[state],
        "action": "See this refund",
        "optional": state in OPTIONAL,
        "example": {
            "reason": REASONS.get(state, HAPPENED[state]),
            "amount": 420,
            "currency": "EUR",
            "coins": 350,
            "reference": "2026-1A2B3C4D5E",
        },
    }
    for state in TOLD
)
