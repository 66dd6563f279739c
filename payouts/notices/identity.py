_ABOUT = {"category": "Verification", "audience": "creators"}
_DAY = "2026-03-16"

KINDS = (
    _ABOUT
    | {
        "code": "identity_verified",
        "tone": "good",
        "title": "You are verified",
        "reason": "Our staff compared your details with your papers. That holds until {{ last_day|moment }}.",
        "next_step": "You don't have to do anything.",
        "action": "See your verification",
        "example": {"last_day": _DAY},
    },
    _ABOUT
    | {
        "code": "identity_rejected",
        "tone": "bad",
        "title": "We could not verify you",
        "reason": "{{ reason }}",
        "next_step": "Check your details, add what is missing, and send it again.",
        "action": "Send it again",
        "example": {"reason": "The name on the passport is not the one that you told us."},
    },
    _ABOUT
    | {
        "code": "identity_asked",
        "tone": "warn",
        "title": "We need something more to verify you",
        "reason": "Our staff asked: {{ questions|join:' – ' }}",
        "next_step": "Answer by {{ due_date|moment }}.",
        "action": "Answer",
        "example": {
            "questions": ["Identity document: The photograph is too dark. Take it again in daylight."],
            "due_date": _DAY,
        },
    },
    _ABOUT
    | {
        "code": "identity_reminder",
        "tone": "warn",
        "title": "We still wait for your answer",
        "reason": "Our staff asked about this: {{ field }}. {{ question }}",
        "next_step": "Answer by {{ due_date|moment }}.",
        "action": "Answer",
        "example": {
            "field": "Identity document",
            "question": "The photograph is too dark. Take it again in daylight.",
            "due_date": _DAY,
        },
    },
    _ABOUT
    | {
        "code": "verification_expiring",
        "tone": "warn",
        "label": "Papers that run out soon",
        "title": "{{ what }} runs out soon",
        "reason": "It holds until {{ last_day|moment }}. After that nothing can be paid to you.",
        "next_step": "Renew it before, so that no payout has to wait.",
        "action": "Renew it",
        "example": {"what": "Your verification", "last_day": _DAY},
    },
    _ABOUT
    | {
        "code": "verification_expired",
        "tone": "bad",
        "label": "Papers that have run out",
        "title": "{{ what }} has run out",
        "reason": "It held until {{ last_day|moment }}.",
        "next_step": "Renew it: until then nothing can be paid to you.",
        "action": "Renew it",
        "example": {"what": "Your Form W-8BEN", "last_day": _DAY},
    },
    _ABOUT
    | {
        "code": "tax_form_rejected",
        "tone": "bad",
        "label": "Your tax form was not accepted",
        "title": "Your {{ form }} was not accepted",
        "reason": "{{ reason }}",
        "next_step": "Sign it again with the right answers: until then nothing can be paid to you.",
        "action": "Sign it again",
        "example": {"form": "Form W-9", "reason": "The name belongs to another number."},
    },
)
