"""What creators are told of a stop of a country's or a rail's payouts, and of payouts that begin."""

_ABOUT = {"category": "Payouts", "audience": "creators", "action": "See your payouts"}

KINDS = (
    _ABOUT
    | {
        "code": "payouts_stopped",
        "tone": "warn",
        "title": "Payouts to you are stopped for now",
        "reason": "{{ reason }}",
        "next_step": "You don't have to do anything: what you earned stays yours, a payout that has not left "
        "yet waits, and we tell you when it goes on.",
        "example": {"reason": "The bank that pays us into your country is closed until further notice."},
    },
    _ABOUT
    | {
        "code": "payouts_resumed",
        "tone": "good",
        "title": "Payouts to you go on",
        "reason": "What stopped them is over. A payout that waited leaves with the next payments.",
        "next_step": "Look at your payouts, and ask for one if you like.",
        "example": {},
    },
    _ABOUT
    | {
        "code": "payouts_opened",
        "tone": "good",
        "title": "You can be paid now",
        "reason": "Payouts have opened in your country.",
        "next_step": "See what is still to do, and ask for a payout.",
        "example": {},
    },
)
