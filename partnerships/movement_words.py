"""What a statement calls the movements of cash that the partnerships bring."""

WORDS = {
    "cash_repayment": "Debt repaid",
}
