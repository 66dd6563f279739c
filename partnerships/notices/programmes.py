_CREATORS = {"category": "Programmes", "audience": "creators", "action": "See the programme"}
_REASON = "Your streams were shown beside bought views."

KINDS = (
    {
        **_CREATORS,
        "code": "programme_enrolled",
        "tone": "good",
        "label": "You take part in a programme",
        "title": "You take part in {{ programme }}",
        "reason": "You meet all its criteria. Days count from {{ first_date|moment }} on.",
        "next_step": "You don't have to do anything: each day's earnings show on its page, and a month is "
        "credited once our staff have closed it.",
        "example": {"programme": "Creator fund", "first_date": "2026-03-02"},
    },
    {
        **_CREATORS,
        "code": "programme_refused",
        "tone": "bad",
        "label": "A programme did not take you in",
        "title": "{{ programme }} did not take you in",
        "reason": "{{ reason }}",
        "next_step": "You may apply again once that has changed.",
        "example": {"programme": "Creator fund", "reason": _REASON},
    },
    {
        **_CREATORS,
        "code": "programme_suspended",
        "tone": "bad",
        "label": "You were suspended from a programme",
        "title": "{{ programme }} is suspended for you",
        "reason": "{{ reason }} Days from {{ first_date|moment }} on do not count; what was earned before "
        "stays earned.",
        "next_step": "If that is wrong, appeal on the programme's page: somebody else looks at it.",
        "example": {"programme": "Creator fund", "reason": _REASON, "first_date": "2026-03-02"},
    },
    {
        **_CREATORS,
        "code": "programme_resumed",
        "tone": "good",
        "label": "A suspension from a programme was lifted",
        "title": "{{ programme }} counts again",
        "reason": "{{ reason }} Days count from {{ first_date|moment }} on.",
        "next_step": "You don't have to do anything.",
        "example": {"programme": "Creator fund", "reason": "All is well now.", "first_date": "2026-03-02"},
    },
    {
        **_CREATORS,
        "code": "programme_appeal_upheld",
        "tone": "good",
        "label": "Your appeal was upheld",
        "title": "Your appeal was upheld",
        "reason": "{{ answer }} It is as if {{ programme }} had never been suspended for you.",
        "next_step": "You don't have to do anything: the days in between count after all.",
        "example": {"programme": "Creator fund", "answer": "The views were real. We are sorry."},
    },
    {
        **_CREATORS,
        "code": "programme_appeal_dismissed",
        "tone": "bad",
        "label": "Your appeal was dismissed",
        "title": "Your appeal was dismissed",
        "reason": "{{ answer }} {{ programme }} stays suspended for you.",
        "next_step": "What you earned before stays yours. If something changes, write to us.",
        "example": {"programme": "Creator fund", "answer": "The same accounts watched all night."},
    },
    {
        **_CREATORS,
        "code": "programme_credited",
        "tone": "good",
        "label": "A month of a programme was credited",
        "title": "{{ amount|amount:currency }} from {{ programme }}",
        "reason": "The month to {{ last_date|moment }} is closed, and what it earned is available."
        "{% if taken %} {{ taken|amount:currency }} were taken back for earlier months, as their figures "
        "were corrected.{% endif %}",
        "next_step": "Request a payout whenever you like.",
        "example": {
            "programme": "Creator fund",
            "last_date": "2026-02-28",
            "amount": 12_345,
            "taken": 250,
            "currency": "EUR",
        },
        "optional": True,
    },
    {
        **_CREATORS,
        "code": "programme_terms",
        "tone": "warn",
        "label": "New terms of a programme",
        "title": "New terms of {{ programme }}",
        "reason": "{{ reason }}",
        "next_step": "They hold from {{ effective_date|moment }} on. Read them on the programme's page; you "
        "may leave at any time.",
        "example": {
            "programme": "Creator fund",
            "reason": "The rate for views from Germany rises.",
            "effective_date": "2026-03-16",
        },
    },
)
