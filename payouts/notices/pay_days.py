KINDS = (
    {
        "code": "pay_day_skipped",
        "category": "Payouts",
        "audience": "creators",
        "tone": "warn",
        "label": "Nothing was paid on your pay day",
        "title": "Nothing was paid on your pay day, {{ pay_date|moment }}",
        "reason": "{{ reason }}",
        "next_step": "{{ next_step }}",
        "action": "See your pay days",
        "optional": True,
        "example": {
            "pay_date": "2026-04-15",
            "reason": "The minimum is €45.00; this is worth €40.70.",
            "next_step": "€4.30 more and you can be paid.",
        },
    },
)
