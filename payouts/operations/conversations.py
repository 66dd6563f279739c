"""What is written about a payout. Words to its creator and notes among staff never share a table."""

import datetime as dt
import uuid

from django.db import transaction
from django.urls import reverse

from payouts.models import InternalNote, PayoutRequest, SharedMessage
from payouts.notices import notify
from payouts.operations.moves import WrongState, facts_of, locked, move
from payouts.operations.review import decidable, permitted, refuse_unless, said
from payouts.queries.review import held_by_a_question
from payouts.states import State


class UnknownQuestion(Exception):
    """Nobody asked this, or it was somebody else who was asked."""

    code = "unknown_question"


class AlreadyAnswered(Exception):
    """Something else was answered to it before."""

    code = "already_answered"


@transaction.atomic
def write_note(*, payout_id: uuid.UUID, actor, text: str, key: str, at: dt.datetime) -> InternalNote:
    """For colleagues alone. The payout stays as it is, so whoever has it open may still decide. The same key
    writes it once. Raises NotPermitted, MissingReason, UnknownPayout."""
    payout = permitted(payout_id, actor, "review_payout")
    written = {"payout": payout, "author": actor, "at": at, "text": said(text, "Write a note.")}
    return InternalNote.objects.get_or_create(key=key, defaults=written)[0]


@transaction.atomic
def tell(*, payout_id: uuid.UUID, actor, text: str, key: str, at: dt.datetime) -> SharedMessage:
    """A word to the creator, who is told by a notice; nothing waits for it. The same key tells it once.

    Raises NotPermitted, MissingReason, UnknownPayout."""
    payout = permitted(payout_id, actor, "review_payout")
    message, new = SharedMessage.objects.get_or_create(
        key=key,
        defaults={
            "payout": payout, "kind": SharedMessage.Kind.MESSAGE, "author": actor, "at": at,
            "text": said(text, "Write what the creator should read."),
        },
    )  # fmt: skip
    if new:
        notify(
            person=payout.creator,
            kind="payout_message",
            key=f"payout-message:{message.pk}",
            at=at,
            facts=facts_of(payout, message.text),
            url=reverse("payouts:payout", args=[payout.pk]),
        )
    return message


@transaction.atomic
def ask(
    *, payout_id: uuid.UUID, version: int, actor, reason: str, at: dt.datetime, internal_note: str = ""
) -> PayoutRequest:
    """in_review → on_hold, with `reason` as a question that the creator answers on the payout's page.
    Approvals given so far lapse. Raises NotPermitted, MissingReason, Stale, WrongState."""
    payout = decidable(payout_id, version, actor, "review_payout")
    refuse_unless(payout, State.IN_REVIEW)
    question = SharedMessage.objects.create(
        key=f"{payout.pk}:{version}:question", payout=payout, kind=SharedMessage.Kind.QUESTION,
        author=actor, at=at, text=said(reason),
    )  # fmt: skip
    move(
        payout, State.ON_HOLD, at=at, actor=actor, code="question", public_reason=question.text,
        internal_note=internal_note, first_approved_by_id=None,
    )  # fmt: skip
    return payout


@transaction.atomic
def answer(
    *, payout_id: uuid.UUID, question_id: uuid.UUID, creator, text: str, at: dt.datetime
) -> SharedMessage:
    """The creator's. Where the question holds the payout, it goes back into review. Sent twice, it
    is there once.

    Raises UnknownPayout (also for another's), UnknownQuestion, AlreadyAnswered, MissingReason, WrongState."""
    payout = locked(payout_id, creator=creator)
    question = payout.messages.filter(id=question_id, kind=SharedMessage.Kind.QUESTION).first()
    if question is None:
        raise UnknownQuestion("Nobody asked you this.")
    words = said(text, "Write an answer.")
    known = SharedMessage.objects.filter(answers=question).first()
    if known is not None:
        if known.text != words:
            raise AlreadyAnswered("You have answered this already; our staff read what you wrote then.")
        return known
    if payout.state not in (State.IN_REVIEW, State.ON_HOLD):
        raise WrongState(
            f"It is {payout.get_state_display().lower()}; nobody waits for your answer any more."
        )
    given = SharedMessage.objects.create(
        key=f"{question.pk}:answer", payout=payout, kind=SharedMessage.Kind.ANSWER, author=creator, at=at,
        text=words, answers=question,
    )  # fmt: skip
    if payout.state == State.ON_HOLD and held_by_a_question(payout):
        move(
            payout,
            State.IN_REVIEW,
            at=at,
            actor=creator,
            code="answer",
            public_reason="You answered our question.",
        )
    return given
