"""What creators and staff are told of payouts that do not move on."""

KINDS = (
    {
        "code": "payout_left_out",
        "category": "Payouts",
        "audience": "creators",
        "tone": "warn",
        "label": "Your payout could not leave yet",
        "title": "{{ net|amount:currency }}: your payout could not leave yet",
        "reason": "{{ reason }}",
        "next_step": "Nothing is lost: it stays approved, and leaves with the next payments once this "
        "is settled.",
        "action": "See this payout",
        "example": {
            "reason": "Your bank account was changed; for your safety nothing is paid to a new one for "
            "five days.",
            "net": 8965,
            "currency": "EUR",
            "reference": "P7K2M4X9QRTWA",
        },
    },
    {
        "code": "payment_booked_twice",
        "category": "Desk",
        "audience": "staff",
        "tone": "bad",
        "label": "The bank booked a payment twice",
        "title": "{{ amount|amount:currency }} was booked a second time",
        "reason": "The bank moved the money of payment {{ reference }} once more; our rows know of one "
        "payment.",
        "next_step": "Ask the bank for it, then set the entry aside with what came of it.",
        "action": "See the entry",
        "example": {"amount": 8965, "currency": "EUR", "reference": "P7K2M4X9QRTWA"},
    },
    {
        "code": "payouts_stuck",
        "category": "Desk",
        "audience": "staff",
        "tone": "bad",
        "label": "Payouts have not moved for two days",
        "title": "{{ count }} payout{{ count|pluralize }} {{ count|pluralize:'has,have' }} not moved for two "
        "days",
        "reason": "The first is {{ reference }}: nothing has happened to it since {{ since|moment }}, while "
        "its creator's money is held.",
        "next_step": "Approve, reject or send it, or write down what it waits for.",
        "action": "See the treasury",
        "optional": True,
        "example": {"count": 3, "reference": "P7K2M4X9QRTWA", "since": "2026-03-07T12:00:00Z"},
    },
)
