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
)
"""Declarations of `portal.notices.Kind`, without its `app`."""
