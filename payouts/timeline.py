"""A payout's events as its creator reads them: what happened, and what comes next."""

from payouts import queries
from payouts.models import PayoutEvent, PayoutRequest
from payouts.states import State

TONES = {
    State.REQUESTED: "info",
    State.IN_REVIEW: "info",
    State.ON_HOLD: "warn",
    State.APPROVED: "info",
    State.REMITTING: "info",
    State.PAID: "good",
    State.RETURNED: "bad",
    State.FAILED: "bad",
    State.REJECTED: "bad",
    State.CANCELLED: "neutral",
}
HAPPENED = {
    State.REQUESTED: "We hold your diamonds for this payout.",
    State.IN_REVIEW: "Our staff look at it, usually within two business days.",
    State.ON_HOLD: "Our staff stopped it for now.",
    State.APPROVED: "It goes to the bank next.",
    State.REMITTING: "The bank has it, or is about to. Bank transfers take about a business day.",
    State.PAID: "The bank has sent it to your account.",
    State.RETURNED: "Your bank sent the money back.",
    State.FAILED: "The bank could not send it.",
    State.REJECTED: "Our staff did not approve it.",
    State.CANCELLED: "It was cancelled.",
}
NEXT = {
    State.REQUESTED: "You don't have to do anything.",
    State.IN_REVIEW: "You don't have to do anything. You can cancel it until it is approved.",
    State.ON_HOLD: "Do what our staff ask for, or cancel it and get your diamonds back.",
    State.APPROVED: "You don't have to do anything.",
    State.REMITTING: "You don't have to do anything.",
    State.PAID: "Look for its reference on your bank statement.",
    State.RETURNED: "Your diamonds are available again. Check your bank account before you ask again.",
    State.FAILED: "Your diamonds stay held until it is sent again or cancelled.",
    State.REJECTED: "Your diamonds are available again.",
    State.CANCELLED: "Your diamonds are available again; ask again whenever you like.",
}
TITLES = {"retry": "Approved again", "question": "A question for you", "answer": "In review again"}
"""Of events whose code says more than the state."""


def timeline(payout: PayoutRequest) -> list[dict]:
    """Oldest first. Notes for staff and events that move nothing are left out."""
    return [_told(event) for event in queries.public_events_of(payout)]


def _told(event: PayoutEvent) -> dict:
    state = State(event.to_state)
    return {
        "at": event.at,
        "title": TITLES.get(event.code, state.label),
        "text": event.public_reason or HAPPENED[state],
        "tone": TONES[state],
    }
