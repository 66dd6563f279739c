"""What a creator's statement calls the movements that gifts make."""

WORDS = {
    "gift": "Gifts",
    "gift.undo": "Gifts undone by their senders",
    "release": "Cleared",
    "dispute.gift": "Gifts whose payment is disputed",
    "dispute.gift.reversal": "Disputed gifts put back",
    "refund.gift": "Gifts whose payment was refunded",
    "refund.gift.reversal": "Refunded gifts put back",
}
