"""What programs are told of payouts."""

from django.conf import settings
from django.utils.module_loading import import_string

from payouts.models import PayoutEvent, PayoutRequest
from payouts.states import State

_HAPPENS = {
    State.REQUESTED: "You asked for a payout; what it takes is held.",
    State.IN_REVIEW: "Our staff look at it.",
    State.ON_HOLD: "Our staff stopped it for now.",
    State.APPROVED: "It leaves with the next payments, or waits for another attempt.",
    State.REMITTING: "The bank has it, or is about to.",
    State.PAID: "The bank has sent it.",
    State.RETURNED: "The bank sent the money back; all that was held is available again.",
    State.FAILED: "The bank could not send it.",
    State.REJECTED: "Our staff did not approve it; all that was held is available again.",
    State.CANCELLED: "It was cancelled; all that was held is available again.",
}


def _money(amount: int, currency: str = "EUR") -> dict:
    return {"amount": amount, "currency": currency}


TYPES = tuple(
    {
        "code": f"payout.{state}",
        "about": about,
        "example": {
            "id": "019caf5b-6c00-7000-8000-001a2b3c4d5e",
            "reference": "P7K2M4X9QRTWA",
            "state": str(state),
            "from_state": "" if state == State.REQUESTED else "in_review",
            "gross": _money(9_165),
            "fx_fee": _money(0),
            "fee": _money(200),
            "tax": _money(0),
            "net": _money(8_965),
            "method": "DE89 •••• 3000",
            "reason": "",
            "requested_at": "2026-03-02T12:00:00Z",
        },
    }
    for state, about in _HAPPENS.items()
)
"""Declarations of `portal.webhook_types.EventType`."""


def publish_move(event: PayoutEvent) -> None:
    """In the transaction of the move."""
    payout = event.payout
    import_string(settings.PUBLISHER)(
        person_id=payout.creator_id,
        type=f"payout.{event.to_state}",
        key=f"payout-event:{event.pk}",
        at=event.at,
        data=lambda: _data(payout, event),
    )


def _data(payout: PayoutRequest, event: PayoutEvent) -> dict:
    sums = ("gross", "fx_fee", "fee", "tax", "net")
    return {
        "id": payout.pk,
        "reference": payout.reference,
        "state": event.to_state,
        "from_state": event.from_state,
        **{name: _money(getattr(payout, name), payout.currency) for name in sums},
        "method": payout.method.masked,
        "reason": event.public_reason,
        "requested_at": payout.requested_at,
    }
