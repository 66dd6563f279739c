"""What a statement calls the movements of cash that the partnerships bring."""

WORDS = {
    "cash_repayment": "Debt repaid",
    "affiliate_approved": "Affiliate commission approved",
    "affiliate_payable": "Affiliate commission available",
    "affiliate_reversal": "Affiliate commission taken back",
}
