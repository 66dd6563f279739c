KINDS = (
    {
        "code": "clawback_claimed",
        "category": "Payouts",
        "audience": "creators",
        "tone": "bad",
        "label": "Diamonds were claimed back",
        "title": "{{ diamonds|amount:'DIAMOND' }} were claimed back",
        "reason": "{{ reason }}",
        "next_step": "{% if owed %}You owe {{ owed|amount:'DIAMOND' }} of it: what becomes available next "
        "repays it by itself.{% else %}You don't have to do anything: it was taken from what was available."
        "{% endif %}",
        "action": "See what was claimed",
        "example": {
            "diamonds": 2_000_000,
            "owed": 1_500_000,
            "reason": "The payment of gifts that you had received was taken back by the buyer's bank.",
        },
    },
    {
        "code": "clawback_repaid",
        "category": "Payouts",
        "audience": "creators",
        "tone": "good",
        "title": "Your debt is repaid",
        "reason": "The last {{ diamonds|amount:'DIAMOND' }} of it were taken from what had become available.",
        "next_step": "You don't have to do anything: what you earn from now on is yours to be paid.",
        "action": "See what was claimed",
        "example": {"diamonds": 300_000},
        "optional": True,
    },
    {
        "code": "clawback_withdrawn",
        "category": "Payouts",
        "audience": "creators",
        "tone": "good",
        "label": "A claim on your diamonds was withdrawn",
        "title": "The claim on {{ diamonds|amount:'DIAMOND' }} was withdrawn",
        "reason": "{{ reason }} All that was taken is available again.",
        "next_step": "You don't have to do anything.",
        "action": "See your balances",
        "example": {"diamonds": 2_000_000, "reason": "Our mistake."},
    },
)
