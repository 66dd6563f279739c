KINDS = (
    {
        "code": "method_added",
        "category": "Payout methods",
        "audience": "creators",
        "tone": "warn",
        "label": "Your payouts go somewhere else from now on",
        "title": "Your payouts go to {{ method }} from now on",
        "reason": "{{ method }} {{ bank }} was added to your account.{% if usable_from %} For your safety "
        "nothing is paid to it before {{ usable_from|moment }}, and nothing more to the one before it."
        "{% endif %}",
        "next_step": "If this wasn't you, remove it and change your password now.",
        "action": "See where you are paid",
        "example": {
            "method": "DE89 •••• 3000",
            "bank": "Commerzbank",
            "usable_from": "2026-03-07T12:00:00Z",
        },
    },
)
