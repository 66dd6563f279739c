"""One kind for each state that a creator hears of; the others are passed through in silence."""

from payouts.states import State
from payouts.timeline import ANSWER, HAPPENED, NEXT, TONES

HEADLINES = {
    State.REQUESTED: "We have your payout request",
    State.IN_REVIEW: "Your payout is in review again",
    State.ON_HOLD: "Your payout is on hold",
    State.APPROVED: "Your payout is approved",
    State.PAID: "Your payout is paid",
    State.RETURNED: "Your payout came back",
    State.FAILED: "Your payout could not be sent",
    State.REJECTED: "Your payout was not approved",
    State.CANCELLED: "Your payout is cancelled",
}
OPTIONAL = frozenset({State.REQUESTED, State.IN_REVIEW, State.APPROVED})
"""Mails that ask nothing of anybody."""
REASONS = {
    State.ON_HOLD: "We are comparing the account with your papers.",
    State.RETURNED: "The bank says that the account was closed, and sent the money back.",
    State.FAILED: "The bank does not know this account.",
    State.REJECTED: "The name on the bank account is not yours.",
    State.CANCELLED: "You cancelled it.",
}
"""What could have been said besides, for the examples."""

NEXT_OF_NOTICE = NEXT | {
    State.CANCELLED: "What was held is available again. Its page says whether anything is to be done before "
    "you ask again."
}
"""What to do after a payment that failed depends on why; a notice has the same words for all."""

QUESTION = "payout_question"


def code_of(state: State) -> str:
    return f"payout_{state}"


_ABOUT = {"category": "Payouts", "audience": "creators", "action": "See this payout"}
_FACTS = {
    "net": 8965,
    "currency": "EUR",
    "asked": {"DIAMOND": 2_000_000},
    "method": "DE89 •••• 3000",
    "reference": "P7K2M4X9QRTWA",
}

KINDS = (
    *(
        _ABOUT
        | {
            "code": code_of(state),
            "tone": TONES[state],
            "title": "{{ net|amount:currency }}: " + headline,
            "label": headline,
            "reason": "{{ reason }}",
            "next_step": NEXT_OF_NOTICE[state],
            "optional": state in OPTIONAL,
            "example": {"reason": REASONS.get(state, HAPPENED[state])} | _FACTS,
        }
        for state, headline in HEADLINES.items()
    ),
    _ABOUT
    | {
        "code": QUESTION,
        "tone": "warn",
        "label": "Our staff ask you something about your payout",
        "title": "{{ net|amount:currency }}: Our staff ask you something",
        "reason": "{{ reason }}",
        "next_step": ANSWER,
        "action": "Answer",
        "example": {"reason": "Whose is the account? It is not in the name on your passport."} | _FACTS,
    },
    _ABOUT
    | {
        "code": "payout_message",
        "tone": "info",
        "label": "Our staff wrote about your payout",
        "title": "{{ net|amount:currency }}: Our staff wrote about your payout",
        "reason": "{{ reason }}",
        "next_step": "You don't have to do anything.",
        "example": {"reason": "Your bank is closed on Monday, so expect it on Tuesday."} | _FACTS,
    },
)
