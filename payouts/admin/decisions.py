"""What a reviewer can decide, with the words of its confirmation page."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms

from payouts.models import PayoutRequest
from payouts.operations import clawbacks, conversations, review
from payouts.queries.clawbacks import left_to_claim
from payouts.states import State


@dataclass(frozen=True)
class Decision:
    label: str
    consequence: str
    operation: Callable
    permission: str
    states: frozenset[State]
    asks_reason: bool = False
    shortcut: str = ""
    """The key that presses its button."""
    many: bool = False
    """Whether it may be made about many payouts at once."""


DECISIONS = {
    "approve": Decision(
        "Approve",
        "It leaves with the next payments.",
        review.approve,
        "review_payout",
        frozenset({State.IN_REVIEW}),
        shortcut="a",
        many=True,
    ),
    "question": Decision(
        "Ask the creator",
        "It is on hold until the creator answers on its page; approvals lapse.",
        conversations.ask,
        "review_payout",
        frozenset({State.IN_REVIEW}),
        asks_reason=True,
        shortcut="q",
    ),
    "hold": Decision(
        "Put on hold",
        "What is held for it stays held, approvals lapse, and the creator reads the reason.",
        review.hold,
        "review_payout",
        frozenset({State.IN_REVIEW}),
        asks_reason=True,
        shortcut="h",
        many=True,
    ),
    "resume": Decision(
        "Release the hold",
        "It is in review again.",
        review.resume,
        "review_payout",
        frozenset({State.ON_HOLD}),
        shortcut="u",
        many=True,
    ),
    "reject": Decision(
        "Reject",
        "The diamonds are the creator's to use again, and the creator reads the reason.",
        review.reject,
        "review_payout",
        frozenset({State.IN_REVIEW, State.ON_HOLD}),
        asks_reason=True,
        shortcut="r",
        many=True,
    ),
    "retry": Decision(
        "Send again",
        "The same amount goes to the same bank account; no second approval is asked.",
        review.retry,
        "retry_payout",
        frozenset({State.FAILED}),
    ),
    "call_off": Decision(
        "Cancel",
        "The diamonds are the creator's to use again, and the creator reads the reason.",
        review.call_off,
        "retry_payout",
        frozenset({State.APPROVED, State.FAILED}),
        asks_reason=True,
    ),
    "claw_back": Decision(
        "Claw back",
        "What is left of its diamonds is taken from what the creator has available; the rest is owed and "
        "repaid by what becomes available next. The creator reads the reason.",
        clawbacks.claw_back,
        "claw_back",
        frozenset({State.PAID}),
        asks_reason=True,
    ),
}


def consequence(name: str, payout: PayoutRequest) -> str:
    """What this decision does to this payout."""
    if name == "approve" and review.needs_second_approval(payout):
        if payout.first_approved_by_id is None:
            return "Yours is the first of two approvals: someone else gives the second."
        return "Yours is the second of two approvals: it leaves with the next payments."
    return DECISIONS[name].consequence


def obstacle(name: str, payout: PayoutRequest, person) -> str:
    """Why this person can't decide this about it now; nothing where they can."""
    if payout.creator_id == person.pk:
        return "Your own payout."
    if payout.state not in DECISIONS[name].states:
        return f"It is {payout.get_state_display().lower()}."
    if name == "approve" and payout.first_approved_by_id == person.pk:
        return "You gave the first approval."
    if name == "claw_back" and not left_to_claim(payout):
        return "All of it has been clawed back."
    return ""


class DecisionForm(forms.Form):
    """`version` is that of the page on which the reviewer decided."""

    reason = forms.CharField(
        label="Reason",
        help_text="The creator reads this.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    internal_note = forms.CharField(
        label="Note for staff",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The creator never sees this.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, decision: Decision, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        if not decision.asks_reason:
            del self.fields["reason"]
        elif decision.shortcut == "q":
            self.fields["reason"].label = "Question"


class ManyForm(DecisionForm):
    """The same words for each of many; each has its version beside it."""

    version = None


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The creator never sees this.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class MessageForm(NoteForm):
    text = forms.CharField(
        label="Message",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The creator reads this, here and in a mail.",
    )
