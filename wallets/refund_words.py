"""A refund's steps as the viewer reads them: what happened, and what comes next."""

from wallets.models import CoinRefund
from wallets.states import RefundState

TONES = {
    RefundState.REQUESTED: "info",
    RefundState.APPROVED: "info",
    RefundState.SENDING: "info",
    RefundState.SUCCEEDED: "good",
    RefundState.FAILED: "bad",
    RefundState.REJECTED: "bad",
}
HEADLINES = {
    RefundState.REQUESTED: "We have your request for a refund",
    RefundState.APPROVED: "Your refund is approved",
    RefundState.SENDING: "Your refund is on its way",
    RefundState.SUCCEEDED: "Your refund is paid",
    RefundState.FAILED: "Your refund could not be paid",
    RefundState.REJECTED: "Your refund was not approved",
}
HAPPENED = {
    RefundState.REQUESTED: "Our staff look at it, usually within two business days.",
    RefundState.APPROVED: "It goes to the payment provider next.",
    RefundState.SENDING: "The payment provider has it, or is about to.",
    RefundState.SUCCEEDED: "The money goes back to what you paid with.",
    RefundState.FAILED: "The payment provider could not pay it back.",
    RefundState.REJECTED: "Our staff did not approve it.",
}
NEXT = {
    RefundState.REQUESTED: "You don't have to do anything. The coins are set aside meanwhile.",
    RefundState.APPROVED: "You don't have to do anything.",
    RefundState.SENDING: "You don't have to do anything. This page tells when it is done.",
    RefundState.SUCCEEDED: "Banks need up to ten days until it is on your statement.",
    RefundState.FAILED: "Your coins are in your wallet again. You can ask anew, or write to us.",
    RefundState.REJECTED: "Your coins are in your wallet again.",
}


def steps(refund: CoinRefund) -> list[dict]:
    """Oldest first, for the timeline."""
    state = RefundState(refund.state)
    told = []
    if refund.origin == CoinRefund.Origin.VIEWER:
        told.append(_step(RefundState.REQUESTED, refund.requested_at, "You asked for it."))
        if refund.decided_at:
            rejected = state == RefundState.REJECTED
            decision = RefundState.REJECTED if rejected else RefundState.APPROVED
            told.append(_step(decision, refund.decided_at, refund.reason if rejected else ""))
    if refund.sent_at:
        told.append(_step(RefundState.SENDING, refund.sent_at))
    if refund.closed_at and state != RefundState.REJECTED:
        told.append(_step(state, refund.closed_at, refund.reason))
    return told


def _step(state: RefundState, at, text: str = "") -> dict:
    return {"at": at, "title": state.label, "text": text or HAPPENED[state], "tone": TONES[state]}
