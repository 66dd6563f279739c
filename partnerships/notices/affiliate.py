KINDS = (
    {
        "code": "affiliate_rejected",
        "category": "Income",
        "audience": "creators",
        "tone": "bad",
        "label": "An affiliate commission was rejected",
        "title": "{{ amount|amount:currency }} from {{ programme }} were rejected",
        "reason": "Order {{ order }}: {{ reason }}",
        "next_step": "You don't have to do anything. It is off your pending commissions.",
        "action": "See the order",
        "example": {
            "amount": 1_250,
            "currency": "EUR",
            "order": "10042",
            "programme": "Tessellate Studio Gear",
            "reason": "The order was your own.",
        },
    },
    {
        "code": "affiliate_taken_back",
        "category": "Income",
        "audience": "creators",
        "tone": "warn",
        "label": "A commission that you had received was taken back",
        "title": "{{ amount|amount:currency }} from {{ programme }} were taken back",
        "reason": "The buyer of order {{ order }} got their money back after your commission had become "
        "available.",
        "next_step": "{% if owed %}You owe {{ owed|amount:currency }} of it: what becomes available next "
        "repays it by itself.{% else %}You don't have to do anything: it was taken from what was available."
        "{% endif %}",
        "action": "See the order",
        "example": {
            "amount": 1_250,
            "owed": 250,
            "currency": "EUR",
            "order": "10042",
            "programme": "Tessellate Studio Gear",
        },
    },
)
