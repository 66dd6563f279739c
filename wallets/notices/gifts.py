_GIFTS = "{{ gift }}{% if others %} and {{ others }} other gift{{ others|pluralize }}{% endif %}"
_EXAMPLE = {"gift": "1 × Lantern", "others": 2, "diamonds": 148_00, "cause": "dispute"}

KINDS = (
    {
        "code": "gifts_taken_back",
        "category": "Gifts",
        "audience": "creators",
        "tone": "warn",
        "label": "Diamonds of a gift were taken back",
        "title": "{{ diamonds|amount:'DIAMOND' }} of gifts were taken back",
        "reason": _GIFTS + " had been paid with coins whose payment was "
        "{% if cause == 'dispute' %}disputed at the viewer's bank{% else %}refunded{% endif %}. What these "
        "gifts had pending was taken back. What you could already pay out stays yours.",
        "next_step": "You don't have to do anything.{% if cause == 'dispute' %} If the bank decides that the "
        "payment stands, it comes back by itself.{% endif %}",
        "action": "See your gifts",
        "example": _EXAMPLE,
    },
    {
        "code": "gifts_given_back",
        "category": "Gifts",
        "audience": "creators",
        "tone": "good",
        "label": "Diamonds of a gift came back",
        "title": "{{ diamonds|amount:'DIAMOND' }} of gifts came back to you",
        "reason": _GIFTS + " count again: "
        "{% if cause == 'dispute' %}the dispute of their payment is over, and the payment stands"
        "{% else %}the refund of their payment did not go through{% endif %}.",
        "next_step": "You don't have to do anything.",
        "action": "See your gifts",
        "example": _EXAMPLE,
        "optional": True,
    },
)
