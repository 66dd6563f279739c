KINDS = (
    {
        "code": "coins_bought",
        "category": "Coins",
        "tone": "good",
        "label": "Coins that you bought are here, with the receipt",
        "title": '{{ coins|amount:"COIN" }} are in your wallet: receipt {{ reference }}',
        "reason": "Thank you: your payment of {{ price|amount:currency }} has arrived. Its receipt is on the "
        "purchase's page.",
        "next_step": "Coins are for gifts. They can't be turned back into money, except by a refund of this "
        "purchase.",
        "action": "See this purchase",
        "attachment": "wallets.receipts.attached_receipt",
        "example": {
            "purchase": "019caf5b-6c00-7000-8000-001a2b3c4d5e",
            "reference": "2026-1A2B3C4D5E",
            "coins": 350,
            "price": 420,
            "currency": "EUR",
        },
    },
)
