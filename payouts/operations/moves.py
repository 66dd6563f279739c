"""Moving a payout from state to state. The other operations build on this; nothing else writes `state`."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db.models import F, QuerySet
from django.urls import reverse

from ledger.chart import (
    CREATOR_CASH_AVAILABLE,
    CREATOR_CASH_HELD,
    CREATOR_DIAMONDS_AVAILABLE,
    CREATOR_DIAMONDS_HELD,
    Account,
)
from ledger.operations import Transfer, post
from ledger.units import DIAMOND
from payouts.models import PayoutEvent, PayoutRequest
from payouts.notices import notify
from payouts.notices.requests import HEADLINES, QUESTION, code_of
from payouts.states import MOVES, State
from payouts.timeline import happened
from payouts.webhooks import publish_move


class UnknownPayout(Exception):
    """There is no such payout, or it is someone else's."""


class WrongState(Exception):
    """The payout is not in a state from which this can be done."""


class Stale(Exception):
    """Someone else moved the payout meanwhile."""


class MethodRetired(Exception):
    """The account was retired after the request was made; money never goes to an old account."""


def locked(payout_id: uuid.UUID, **facts) -> PayoutRequest:
    """The payout's row, locked until the transaction ends. Raises UnknownPayout."""
    found = PayoutRequest.objects.select_for_update(of=("self",)).select_related(
        "policy", "method", "creator"
    )
    payout = found.filter(id=payout_id, **facts).first()
    if payout is None:
        raise UnknownPayout("There is no such payout.")
    return payout


def refuse_retired(payout: PayoutRequest) -> None:
    """Raises MethodRetired."""
    if payout.method.retired_at is not None:
        raise MethodRetired(f"{payout.method.masked} is retired; cancel payout {payout.reference}.")


def begin(payout: PayoutRequest, *, at: dt.datetime) -> PayoutEvent:
    """Write that its creator has asked for it."""
    return _tell(
        PayoutEvent.objects.create(payout=payout, at=at, actor=payout.creator, to_state=State.REQUESTED)
    )


def move(
    payout: PayoutRequest,
    to: State,
    *,
    at: dt.datetime,
    actor=None,
    code: str = "",
    public_reason: str = "",
    internal_note: str = "",
    evidence: dict | None = None,
    **changes,
) -> PayoutEvent:
    """Move and write the event. `payout` must have been read under lock; `changes` are further columns.

    Raises WrongState where the moves table has no such arrow, Stale where the row has moved meanwhile."""
    was = State(payout.state)
    if to not in MOVES[was]:
        raise WrongState(f"A payout that is {was.label.lower()} can't become {to.label.lower()}.")
    return _write(
        payout, to, changes, at=at, actor=actor, code=code, public_reason=public_reason,
        internal_note=internal_note, evidence=evidence or {},
    )  # fmt: skip


def note(
    payout: PayoutRequest,
    *,
    at: dt.datetime,
    actor,
    code: str,
    internal_note: str = "",
    public_reason: str = "",
    **changes,
):
    """Write an event that leaves the state as it is; `public_reason` is what its creator was told of it
    elsewhere. Raises Stale."""
    return _write(
        payout, State(payout.state), changes, at=at, actor=actor, code=code, internal_note=internal_note,
        public_reason=public_reason,
    )  # fmt: skip


def _write(payout: PayoutRequest, to: State, changes: dict, **event) -> PayoutEvent:
    was = State(payout.state)
    if not _unmoved(payout).update(state=to, version=F("version") + 1, **changes):
        raise Stale("Someone else has just moved this payout. Read it again before you decide.")
    payout.state, payout.version = to, payout.version + 1
    for name, value in changes.items():
        setattr(payout, name, value)
    return _tell(PayoutEvent.objects.create(payout=payout, from_state=was, to_state=to, **event))


def _tell(event: PayoutEvent) -> PayoutEvent:
    """The creator hears of every step that matters to them, their programs of every one."""
    payout, was, to = event.payout, event.from_state, State(event.to_state)
    if was != to:
        publish_move(event)
    if to in HEADLINES and was != to and (was, to) != (State.REQUESTED, State.IN_REVIEW):
        notify(
            person=payout.creator,
            kind=QUESTION if event.code == "question" else code_of(to),
            key=f"payout-event:{event.id}",
            at=event.at,
            facts=facts_of(payout, event.public_reason or happened(payout, to)),
            url=reverse("payouts:payout", args=[payout.pk]),
        )
    return event


def facts_of(payout: PayoutRequest, reason: str) -> dict:
    """What every notice about a payout says, besides why it is sent."""
    return {
        "reason": reason,
        "net": payout.net,
        "currency": payout.currency,
        "asked": payout.asked,
        "method": payout.method.masked,
        "reference": payout.reference,
    }


def _unmoved(payout: PayoutRequest) -> QuerySet[PayoutRequest]:
    return PayoutRequest.objects.filter(id=payout.id, state=payout.state, version=payout.version)


def release(payout: PayoutRequest, *, at: dt.datetime) -> uuid.UUID:
    """Give what is held back, whole. Returns the entry's id."""
    holds = hold_transfers(payout.creator_id, payout.asked)
    return post(
        kind="payout_release",
        key=f"payout:{payout.id}:release",
        at=at,
        transfers=[Transfer(each.destination, each.source, each.amount) for each in holds],
    ).entry_id


def hold_transfers(creator_id: uuid.UUID, asked: Mapping[str, int]) -> list[Transfer]:
    """From what is available of each unit to what is held of it."""
    return [
        Transfer(_available(creator_id, unit), held(creator_id, unit), amount)
        for unit, amount in asked.items()
    ]


def _available(creator_id: uuid.UUID, unit: str) -> Account:
    kind = CREATOR_DIAMONDS_AVAILABLE if unit == DIAMOND else CREATOR_CASH_AVAILABLE
    return kind.of(creator_id, unit)


def held(creator_id: uuid.UUID, unit: str) -> Account:
    """The account that holds what a creator's payout will take of this unit."""
    return (CREATOR_DIAMONDS_HELD if unit == DIAMOND else CREATOR_CASH_HELD).of(creator_id, unit)
