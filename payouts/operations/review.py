"""What staff decide. Each decision is made on the version of the payout that its reviewer has read."""

import datetime as dt
import uuid

from django.db import transaction

from payouts.models import PayoutRequest
from payouts.operations.moves import Stale, WrongState, locked, move, note, refuse_retired, release
from payouts.operations.permissions import NotPermitted as NotPermitted
from payouts.operations.permissions import assert_may, assert_uninvolved
from payouts.states import State


class MissingReason(ValueError):
    """The creator is told why, so there has to be a why."""


def approve(
    *, payout_id: uuid.UUID, version: int, actor, at: dt.datetime, internal_note: str = ""
) -> PayoutRequest:
    """in_review → approved; above the policy's amount the first approval is noted and a second, by someone
    else, approves. Raises NotPermitted, Stale, WrongState."""
    with transaction.atomic():
        payout = decidable(payout_id, version, actor, "review_payout")
        if payout.state != State.IN_REVIEW:
            raise WrongState(f"Only a payout in review can be approved; this one is {_state(payout)}.")
        if needs_second_approval(payout) and payout.first_approved_by_id is None:
            note(
                payout, at=at, actor=actor, code="first_approval", internal_note=internal_note,
                first_approved_by_id=actor.pk,
            )  # fmt: skip
        elif payout.first_approved_by_id == actor.pk:
            raise NotPermitted("You gave the first approval; the second is someone else's.")
        else:
            move(payout, State.APPROVED, at=at, actor=actor, internal_note=internal_note)
    return payout


def needs_second_approval(payout: PayoutRequest) -> bool:
    return payout.gross > payout.policy.second_approval_above


def reject(
    *, payout_id: uuid.UUID, version: int, actor, reason: str, at: dt.datetime, internal_note: str = ""
) -> PayoutRequest:
    """in_review or on_hold → rejected; the diamonds are available again. The creator reads `reason`.

    Raises NotPermitted, MissingReason, Stale, WrongState."""
    with transaction.atomic():
        payout = decidable(payout_id, version, actor, "review_payout")
        refuse_unless(payout, State.IN_REVIEW, State.ON_HOLD)
        move(
            payout,
            State.REJECTED,
            at=at,
            actor=actor,
            public_reason=said(reason),
            internal_note=internal_note,
            release_entry_id=release(payout, at=at),
        )
    return payout


def hold(
    *, payout_id: uuid.UUID, version: int, actor, reason: str, at: dt.datetime, internal_note: str = ""
) -> PayoutRequest:
    """in_review → on_hold; approvals given so far lapse. The creator reads `reason`.

    Raises NotPermitted, MissingReason, Stale, WrongState."""
    with transaction.atomic():
        payout = decidable(payout_id, version, actor, "review_payout")
        move(
            payout,
            State.ON_HOLD,
            at=at,
            actor=actor,
            public_reason=said(reason),
            internal_note=internal_note,
            first_approved_by_id=None,
        )
    return payout


def resume(
    *, payout_id: uuid.UUID, version: int, actor, at: dt.datetime, internal_note: str = ""
) -> PayoutRequest:
    """on_hold → in_review. Raises NotPermitted, Stale, WrongState."""
    with transaction.atomic():
        payout = decidable(payout_id, version, actor, "review_payout")
        refuse_unless(payout, State.ON_HOLD)
        move(payout, State.IN_REVIEW, at=at, actor=actor, internal_note=internal_note)
    return payout


def retry(
    *, payout_id: uuid.UUID, version: int, actor, at: dt.datetime, internal_note: str = ""
) -> PayoutRequest:
    """failed → approved, to be sent again: it was approved once, no second approval is asked.

    Raises NotPermitted, Stale, WrongState, MethodRetired."""
    with transaction.atomic():
        payout = decidable(payout_id, version, actor, "retry_payout")
        refuse_unless(payout, State.FAILED)
        refuse_retired(payout)
        move(
            payout,
            State.APPROVED,
            at=at,
            actor=actor,
            code="retry",
            public_reason="We are sending it again.",
            internal_note=internal_note,
        )
    return payout


def call_off(
    *, payout_id: uuid.UUID, version: int, actor, reason: str, at: dt.datetime, internal_note: str = ""
) -> PayoutRequest:
    """approved or failed → cancelled, by staff; the diamonds are available again.

    Raises NotPermitted, MissingReason, Stale, WrongState."""
    with transaction.atomic():
        payout = decidable(payout_id, version, actor, "retry_payout")
        refuse_unless(payout, State.APPROVED, State.FAILED)
        move(
            payout,
            State.CANCELLED,
            at=at,
            actor=actor,
            public_reason=said(reason),
            internal_note=internal_note,
            release_entry_id=release(payout, at=at),
        )
    return payout


def decidable(payout_id: uuid.UUID, version: int, actor, permission: str) -> PayoutRequest:
    """Locked. Raises NotPermitted, UnknownPayout, Stale."""
    payout = permitted(payout_id, actor, permission)
    if payout.version != version:
        raise Stale("Someone else has just moved this payout. Read it again before you decide.")
    return payout


def permitted(payout_id: uuid.UUID, actor, permission: str) -> PayoutRequest:
    """Locked. Raises NotPermitted, UnknownPayout."""
    assert_may(actor, permission)
    payout = locked(payout_id)
    assert_uninvolved(actor, PayoutRequest.objects.filter(pk=payout.pk))
    return payout


def refuse_unless(payout: PayoutRequest, *states: State) -> None:
    if payout.state not in states:
        words = " or ".join(state.label.lower() for state in states)
        raise WrongState(f"This is for a payout that is {words}; this one is {_state(payout)}.")


def _state(payout: PayoutRequest) -> str:
    return payout.get_state_display().lower()


def said(words: str, missing: str = "Write a reason: the creator reads it.") -> str:
    """Without the space around it. Raises MissingReason."""
    if not words.strip():
        raise MissingReason(missing)
    return words.strip()
