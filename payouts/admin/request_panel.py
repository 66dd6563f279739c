"""All that a reviewer reads beside a payout."""

from payouts import queries, quotes
from payouts.models import PayoutRequest
from payouts.operations.review import needs_second_approval
from payouts.queries import review
from payouts.queries.clawbacks import clawbacks_of_payout
from payouts.queries.identity import standing
from payouts.queries.related import related_accounts

HISTORY = 10
CODES = {
    "first_approval": "First of two approvals",
    "retry": "Approved, to be sent again",
    "small": "Approved without a person",
    "question": "On hold, with a question",
    "answer": "In review again: the creator answered",
    "clawback": "Clawed back",
    "debt": "The creator owes",
}
"""What our own codes of events mean; the others are a bank's."""


def panel(payout: PayoutRequest, reader) -> dict:
    events, written = list(queries.events_of(payout)), list(review.messages_of(payout))
    for event in events:
        event.what = CODES.get(event.code)
    return {
        "payout": payout,
        "lines": quotes.lines(payout),
        "events": events,
        "signals": payout.signals.all(),
        "related": related_accounts(payout.creator_id),
        "identity": standing(payout.creator_id, payout.requested_at),
        "shared": written,
        "clawbacks": clawbacks_of_payout(payout),
        "question": review.open_question(written),
        "notes": payout.internal_notes.select_related("author"),
        "history": review.earlier_payouts(payout)[:HISTORY],
        "second_approval": needs_second_approval(payout),
        "next_payout": review.next_to_review(payout, reader),
    }
