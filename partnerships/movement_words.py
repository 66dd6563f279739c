"""What a statement calls the movements of cash that the partnerships bring."""

WORDS = {
    "programme_accrual": "Programme earnings",
    "programme_accrual.reversal": "Programme earnings worked out anew",
    "programme_credit": "Programme month credited",
    "programme_correction": "Programme earnings corrected",
    "cash_repayment": "Debt repaid",
    "affiliate_approved": "Affiliate commission approved",
    "affiliate_payable": "Affiliate commission available",
    "affiliate_reversal": "Affiliate commission taken back",
}
