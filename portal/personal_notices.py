"""What people are told of by the roof itself."""

KINDS = (
    {
        "code": "data_ready",
        "category": "Your account",
        "tone": "good",
        "title": "Your data are ready",
        "reason": "You asked for everything we keep about you. It is in one zip file.",
        "next_step": "Download it until {{ expires_at|moment }}: we delete it {{ days }} days after it was "
        "made. Keep it safe, as it holds everything in plain words. If you did not ask for it, change your "
        "password and write to us.",
        "action": "Download your data",
        "example": {"expires_at": "2026-03-09T12:00:00+00:00", "days": 7},
    },
    {
        "code": "data_failed",
        "category": "Your account",
        "tone": "warn",
        "title": "Your data could not be put together",
        "reason": "Something went wrong on our side with what you asked for on {{ asked_at|moment }}.",
        "next_step": "Ask for it once more. If it fails again, write to us.",
        "action": "Ask again",
        "example": {"asked_at": "2026-03-02T12:00:00+00:00"},
    },
    {
        "code": "api_key_made",
        "category": "Your account",
        "tone": "warn",
        "label": "A key to the API was made",
        "title": "The key {{ name }} was made",
        "reason": "Programs that have it ({{ start }}…) can do this in your name: {{ can|join:'; ' }}. "
        "{% if expires_at %}It ends on {{ expires_at|moment }}.{% else %}It does not end by itself."
        "{% endif %}",
        "next_step": "If this wasn't you, revoke it and change your password now.",
        "action": "See your keys",
        "example": {
            "name": "Stream deck",
            "start": "lum_Xq3vT1",
            "can": ["See gifts, tips and creators", "Send and undo gifts, send tips"],
            "expires_at": "2026-05-31T12:00:00Z",
        },
    },
    {
        "code": "api_key_revoked",
        "category": "Your account",
        "tone": "warn",
        "label": "Our staff revoked a key to the API",
        "title": "The key {{ name }} was revoked",
        "reason": "Our staff ended your key {{ name }} ({{ start }}…): {{ why }}",
        "next_step": "Programs that used it get no answer any more. Make a new key, and keep it to yourself.",
        "action": "See your keys",
        "example": {
            "name": "Stream deck",
            "start": "lum_Xq3vT1",
            "why": "It was found in a public repository.",
        },
    },
    {
        "code": "closure_asked",
        "category": "Your account",
        "tone": "warn",
        "title": "Your account is going to be closed",
        "reason": "You asked for it. From {{ due_at|moment }} on everything that tells who you are is "
        "erased, but for what a law asks us to keep. After that we can't write to you any more.",
        "next_step": "If you want to keep your account, log in once within these {{ days }} days. If it was "
        "not you, log in now and change your password.",
        "action": "Keep my account",
        "example": {"due_at": "2026-03-16T12:00:00+00:00", "days": 14},
    },
    {
        "code": "closure_kept",
        "category": "Your account",
        "title": "Your account stays open",
        "reason": "Somebody logged in on {{ kept_at|moment }}, which keeps it: nothing is erased.",
        "next_step": "If it was not you, change your password now.",
        "action": "Change the password",
        "example": {"kept_at": "2026-03-02T12:00:00+00:00"},
    },
    {
        "code": "closure_delayed",
        "category": "Your account",
        "tone": "warn",
        "title": "Your account could not be closed yet",
        "reason": "{{ problem }}",
        "next_step": "We try again by ourselves. If you want to see to it, log in: that keeps your account "
        "open, and you can close it again afterwards.",
        "action": "Log in",
        "example": {"problem": "More has come in than was to be given up: there are $12.50 now."},
    },
)
"""Declarations of `portal.notices.Kind`, without its `app`."""
