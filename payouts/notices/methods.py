KINDS = (
    {
        "code": "method_added",
        "category": "Payout methods",
        "audience": "creators",
        "tone": "warn",
        "label": "An account to be paid to was added",
        "title": "{% if usable_from %}{{ method }} was added: it is paid to from {{ usable_from|moment }} on"
        "{% else %}Your payouts go to {{ method }} from now on{% endif %}",
        "reason": "{{ method }}{% if bank %} {{ bank }}{% endif %} was added to your account."
        "{% if usable_from %} For your safety "
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
    {
        "code": "method_removed",
        "category": "Payout methods",
        "audience": "creators",
        "tone": "warn",
        "label": "An account to be paid to was removed",
        "title": "{{ method }} was removed",
        "reason": "{{ method }}{% if bank %} {{ bank }}{% endif %} was removed from your account, and "
        "nothing more is paid to it.{% if cancelled %} Payout {{ cancelled }} was waiting for it: it is "
        "cancelled, and all that it held is available again.{% endif %}",
        "next_step": "Add another account when you want to be paid. If this wasn't you, change your password "
        "now and write to us.",
        "action": "See where you are paid",
        "example": {"method": "DE89 •••• 3000", "bank": "Commerzbank", "cancelled": "P7K2M4X9QRTWA"},
    },
    {
        "code": "account_paused",
        "category": "Payout methods",
        "audience": "creators",
        "tone": "bad",
        "label": "Nothing more is paid to an account",
        "title": "We pause payments to {{ method }}",
        "reason": "{{ times }} payments in a row did not arrive there. {{ reason }} What you earned is safe.",
        "next_step": "Add another account. If your bank has put this one right, write to us.",
        "action": "See where you are paid",
        "example": {"method": "DE89 •••• 3000", "times": 3, "reason": "The bank account is closed."},
    },
)
