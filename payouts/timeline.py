"""A payout's events as its creator reads them: what happened, and what comes next."""

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from ledger.units import DIAMOND
from payouts import queries, rails
from payouts.batch_states import ItemState
from payouts.cut_offs import next_cut_off
from payouts.models import Clawback, PayoutEvent, PayoutRequest
from payouts.queries.clawbacks import clawbacks_of_payout
from payouts.quotes import expected_date
from payouts.rails.failures import Action, Failure, explain
from payouts.remittance_states import FAILED
from payouts.states import ON_TRACK, State
from payouts.words import money

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
    State.REQUESTED: "What you asked for is held for this payout.",
    State.IN_REVIEW: "Our staff look at it, usually within two business days.",
    State.ON_HOLD: "Our staff stopped it for now.",
    State.APPROVED: "It leaves with the next payments.",
    State.REMITTING: "The bank has it, or is about to. Bank transfers take about a business day.",
    State.PAID: "The bank has sent it to your account.",
    State.RETURNED: "Your bank sent the money back.",
    State.FAILED: "The bank could not send it.",
    State.REJECTED: "Our staff did not approve it.",
    State.CANCELLED: "It was cancelled.",
}
AT_STRIPE = {
    State.REMITTING: "Stripe has it, or is about to.",
    State.PAID: "Stripe has put it into your account there.",
    State.RETURNED: "It was taken back from your account at Stripe.",
    State.FAILED: "Stripe could not send it.",
}
"""The same where no bank of ours is between."""
BY_HAND = {
    State.REMITTING: "Our staff make this payment at the bank by hand, usually within two business days.",
}
"""The same where a person makes the payment."""
NEXT = {
    State.REQUESTED: "You don't have to do anything.",
    State.IN_REVIEW: "You don't have to do anything. You can cancel it until it is approved.",
    State.ON_HOLD: "You don't have to do anything: we write to you when it goes on. You can also cancel it.",
    State.APPROVED: "You don't have to do anything.",
    State.REMITTING: "You don't have to do anything.",
    State.PAID: "Look for its reference where you are paid: on your bank statement, or in your account at "
    "Stripe.",
    State.RETURNED: "What was held is available again. Check your account before you ask again.",
    State.FAILED: "It stays held until it is sent again or cancelled.",
    State.REJECTED: "What was held is available again.",
    State.CANCELLED: "What was held is available again; ask again whenever you like.",
}
_REVIEWED = "Our staff look at it all the same; it leaves once this is settled. You can also cancel it."
MEANWHILE_KEPT = {
    State.REQUESTED: _REVIEWED,
    State.IN_REVIEW: _REVIEWED,
    State.APPROVED: "It stays approved, and leaves once this is settled. You can also cancel it.",
}
"""After what keeps it from leaving."""
GIVEN_BACK = {State.RETURNED, State.CANCELLED}
ANSWER = "Answer the question of our staff, and it goes on; or cancel it and get back what is held."
"""In the place of NEXT where a question holds it."""
CLAIMED = (
    "You don't have to do anything: what is not given back yet is taken from what becomes available next. "
    "If you think that it is wrong, write to us."
)
TITLES = {"retry": "Approved again", "question": "A question for you", "answer": "In review again"}
"""Of events whose code says more than the state."""


def happened(payout: PayoutRequest, state: State) -> str:
    """What a move to this state means, unless somebody wrote what it does."""
    own = {"stripe": AT_STRIPE, "manual": BY_HAND}.get(payout.method.kind, {})
    return own.get(state, HAPPENED[state])


def _of_clawback(clawback: Clawback) -> list[dict]:
    diamonds = money(clawback.diamonds, DIAMOND)
    found = [{
        "at": clawback.claimed_at, "title": "Claimed back", "tone": "bad",
        "text": f"{diamonds} of this payout have to be given back: {clawback.reason}",
    }]  # fmt: skip
    if clawback.withdrawn_at:
        text = f"{diamonds} are yours again: {clawback.withdrawal_reason}"
        found.append({"at": clawback.withdrawn_at, "title": "Claim withdrawn", "tone": "good", "text": text})
    return found


def next_step(payout: PayoutRequest, question, kept: str = "") -> str:
    """What its creator can do now; `question` is the one that they have not answered, `kept` what keeps it
    from leaving."""
    if question and payout.state == State.ON_HOLD:
        return ANSWER
    if payout.state == State.PAID and any(not each.withdrawn_at for each in clawbacks_of_payout(payout)):
        return CLAIMED
    if kept:
        return f"{kept} {MEANWHILE_KEPT[State(payout.state)]}"
    if payout.state in GIVEN_BACK and (failure := _failure_of(payout)):
        return f"What was held is available again. {failure.what_to_do}"
    return NEXT[State(payout.state)]


def expected_on(payout: PayoutRequest, kept: str) -> dt.date | None:
    """Around when it should be in the account; None if more than time stands between."""
    if kept or payout.state not in ON_TRACK:
        return None
    return expected_date(payout.requested_at, payout.policy)


def _failure_of(payout: PayoutRequest) -> Failure | None:
    """Why its last payment did not arrive, where its creator can do something about that."""
    last = payout.remittances.order_by("-id").first()
    if last is None or last.state not in FAILED or not last.code:
        return None
    failure = explain(last.code)
    return None if failure.action is Action.WAIT else failure


def timeline(payout: PayoutRequest, at: dt.datetime, kept: str = "") -> list[dict]:
    """Oldest first, with what was clawed back, and of one that waits to be sent when that will be, unless it
    is `kept` back. Notes for staff and events that move nothing are left out."""
    told = [_told(payout, event) for event in queries.public_events_of(payout)]
    if told and payout.state == State.APPROVED:
        if kept:
            told[-1]["text"] = "Something keeps it from leaving."
        else:
            told[-1]["text"] = f"{told[-1]['text']} {_leaves(payout, at)}".strip()
    for clawback in clawbacks_of_payout(payout):
        told += _of_clawback(clawback)
    return sorted(told, key=lambda each: each["at"])


def _told(payout: PayoutRequest, event: PayoutEvent) -> dict:
    state = State(event.to_state)
    return {
        "at": event.at,
        "title": TITLES.get(event.code, state.label),
        "text": event.public_reason or happened(payout, state),
        "tone": TONES[state],
    }


def _leaves(payout: PayoutRequest, at: dt.datetime) -> str:
    """When the payments are put together with which it leaves."""
    if payout.batch_items.filter(state=ItemState.PLANNED).exists():
        return "It is among the payments that our staff release now."
    try:
        rail = rails.for_payment(method_kind=payout.method.kind, currency=payout.currency)
    except rails.NoRail:
        return "We look for a way to send it."
    if settings.PAYOUT_CUT_OFFS_ON_ANY_DAY:
        return ""
    moment = timezone.localtime(next_cut_off(at, rail=rail, currency=payout.currency))
    return f"Payments are put together next on {date_format(moment, 'DATETIME_FORMAT')}."
