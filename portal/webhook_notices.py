"""What people are told of their endpoints."""

KINDS = (
    {
        "code": "webhook_off",
        "category": "Webhooks",
        "tone": "bad",
        "label": "An endpoint of your webhooks was switched off",
        "title": "Your webhook endpoint {{ endpoint }} is switched off",
        "reason": "{% if because == 'gone' %}It answered 410 Gone: it wants to hear nothing more."
        "{% elif because == 'staff' %}Our staff switched it off."
        "{% else %}For three days nothing got through to {{ url }}.{% endif %}"
        "{% if missed %} {{ missed }} event{{ missed|pluralize }} that "
        "{{ missed|pluralize:'was,were' }} waiting for it {{ missed|pluralize:'was,were' }} not sent."
        "{% endif %}",
        "next_step": "{% if because == 'staff' %}Write to us if you don't know why."
        "{% else %}Mend it, switch it on again, and let us send what it missed: we keep that for 30 days."
        "{% endif %}",
        "action": "See this endpoint",
        "example": {
            "endpoint": "Orders of my shop",
            "url": "https://example.com/webhooks",
            "because": "failing",
            "missed": 3,
        },
    },
)
"""Declarations of `portal.notices.Kind`, without its `app`."""
