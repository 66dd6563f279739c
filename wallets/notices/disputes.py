"""One kind for each state that a dispute comes to. An inquiry is not told."""

from wallets.states import DisputeState

WORDS = {
    DisputeState.OPEN: (
        "A payment of yours is disputed",
        "Your bank told us that this payment is disputed. The coins that it bought are taken back and your "
        "wallet is frozen until the bank has decided.",
        "If you did not mean to dispute it, tell your bank and write to us.",
        "warn",
    ),
    DisputeState.LOST: (
        "Your bank gave the payment back to you",
        "The dispute is decided: the money is with you again, and the coins stay with us.",
        "Your wallet stays frozen. Write to us if you want to use it again.",
        "bad",
    ),
    DisputeState.WON: (
        "A dispute is over, and the payment stands",
        "What was taken back is in your wallet again"
        "{% if frozen %}, which stays frozen for another reason"
        "{% else %}, and your wallet is free{% endif %}.",
        "{% if frozen %}That reason stands in your wallet."
        "{% else %}You don't have to do anything.{% endif %}",
        "good",
    ),
}


def code_of(state: DisputeState) -> str:
    return f"dispute_{state}"


KINDS = tuple(
    {
        "code": code_of(state),
        "category": "Disputes and frozen wallets",
        "tone": tone,
        "label": headline,
        "title": "{{ amount|amount:currency }}: " + headline,
        "reason": reason,
        "next_step": next_step,
        "action": "To your wallet",
        "example": {
            "frozen": False,
            "amount": 420,
            "currency": "EUR",
            "coins": 350,
            "reference": "2026-1A2B3C4D5E",
        },
    }
    for state, (headline, reason, next_step, tone) in WORDS.items()
)
