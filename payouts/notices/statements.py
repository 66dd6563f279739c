KINDS = (
    {
        "code": "statement_sealed",
        "category": "Payouts",
        "audience": "creators",
        "label": "A month's statement is ready",
        "title": "Your statement from {{ first_date|moment }} to {{ last_date|moment }} is ready",
        "reason": "Every movement of the month is a line, and the lines add up.",
        "next_step": "Keep the PDF or the CSV file for your taxes.",
        "action": "See the statement",
        "example": {"first_date": "2026-02-01", "last_date": "2026-02-28"},
        "optional": True,
    },
)
