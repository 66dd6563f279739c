_ABOUT = {"category": "Brand deals", "audience": "creators", "optional": True}
_DEAL = {"deal": "Year of Aurora", "brand": "Aurora Audio"}
_DAY = "2026-03-16"

KINDS = (
    _ABOUT
    | {
        "code": "deal_deliverable_due",
        "tone": "info",
        "label": "Something is to be delivered soon",
        "title": "{{ deliverable }} is due on {{ due_date|moment }}",
        "reason": "You promised it to {{ brand }} in “{{ deal }}”.",
        "next_step": "Finish it, or agree on another day and write that down.",
        "action": "See the deal",
        "example": _DEAL | {"deliverable": "The video", "due_date": _DAY},
    },
    _ABOUT
    | {
        "code": "deal_deliverable_late",
        "tone": "warn",
        "label": "Something should have been delivered",
        "title": "{{ deliverable }} was due on {{ due_date|moment }}",
        "reason": "You promised it to {{ brand }} in “{{ deal }}”, and it is neither published nor dropped.",
        "next_step": "Publish it and add the link, or tell the brand when it comes.",
        "action": "See the deal",
        "example": _DEAL | {"deliverable": "The video", "due_date": _DAY},
    },
    _ABOUT
    | {
        "code": "deal_invoice_due",
        "tone": "info",
        "label": "A brand’s invoice is due",
        "title": "Invoice {{ number }} is due today",
        "reason": "{{ open|amount:currency }} of it are open. It is written to {{ brand }}.",
        "next_step": "Record the payment once it has come.",
        "action": "See the invoice",
        "example": {"brand": "Aurora Audio", "number": "LUMI-00012", "open": 238_000, "currency": "EUR"},
    },
    _ABOUT
    | {
        "code": "deal_invoice_overdue",
        "tone": "warn",
        "label": "A brand’s invoice is overdue",
        "title": "Invoice {{ number }} has been overdue for {{ days }} day{{ days|pluralize }}",
        "reason": "{{ open|amount:currency }} of it are open. It is written to {{ brand }}.",
        "next_step": "Ask the brand for it; record what came, or write it off.",
        "action": "See the invoice",
        "example": {
            "brand": "Aurora Audio",
            "number": "LUMI-00012",
            "open": 238_000,
            "currency": "EUR",
            "days": 7,
        },
    },
    _ABOUT
    | {
        "code": "deal_right_ends",
        "tone": "info",
        "label": "A right to use or an exclusivity ends soon",
        "title": "{{ what }} ends on {{ last_day|moment }}",
        "reason": "You agreed on it with {{ brand }} in “{{ deal }}”.",
        "next_step": "After that day you are free of it. Should they want it for longer, agree on a price.",
        "action": "See the deal",
        "example": _DEAL | {"what": "The exclusivity in headphones", "last_day": _DAY},
    },
    _ABOUT
    | {
        "code": "deal_approved",
        "tone": "good",
        "label": "A brand approved what you submitted",
        "title": "{{ brand }} approved {{ deliverable }}",
        "reason": "It belongs to “{{ deal }}”.{% if comment %} They said: “{{ comment }}”{% endif %}",
        "next_step": "Publish it, and add the link.",
        "action": "See the deal",
        "example": _DEAL | {"deliverable": "The video", "comment": "We love it."},
    },
    _ABOUT
    | {
        "code": "deal_changes_wanted",
        "tone": "warn",
        "label": "A brand wants something changed",
        "title": "{{ brand }} wants {{ deliverable }} changed",
        "reason": "“{{ comment }}”",
        "next_step": "Change it and submit it again, or talk it over with them.",
        "action": "See the deal",
        "example": _DEAL | {"deliverable": "The video", "comment": "Please say the name of the colour."},
    },
)
