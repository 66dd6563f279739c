KINDS = (
    {
        "code": "wallet_frozen",
        "category": "Disputes and frozen wallets",
        "tone": "bad",
        "title": "Your wallet is frozen",
        "reason": "{{ reason }}",
        "next_step": "Write to us if this is not clear. Your coins are kept, and can't be used meanwhile.",
        "action": "To your wallet",
        "example": {"reason": "Somebody else bought with your card. Call your bank."},
    },
    {
        "code": "wallet_thawed",
        "category": "Disputes and frozen wallets",
        "tone": "good",
        "title": "Your wallet is free again",
        "reason": "{{ reason }}",
        "next_step": "You don't have to do anything.",
        "action": "To your wallet",
        "example": {"reason": "Your bank confirmed that the card is yours."},
    },
)
