"""A creator's word against a suspension, decided by somebody else than who suspended."""

import datetime as dt
import uuid

from django.db import transaction

from partnerships.models import Appeal, Enrolment, Programme
from partnerships.operations.enrolments import (
    UnknownEnrolment,
    WrongState,
    decidable,
    record,
    reinstate,
    told,
)
from partnerships.operations.programme_notices import tell
from partnerships.operations.programmes import NotPermitted
from partnerships.programme_states import AppealState
from partnerships.queries.programmes import may_appeal


def appeal(*, creator, programme: Programme, text: str, at: dt.datetime) -> Appeal:
    """Once for each suspension; saying it again while it is open returns the first.

    Raises UnknownEnrolment, WrongState, enrolments.MissingReason."""
    with transaction.atomic():
        mine = Enrolment.objects.select_for_update().filter(programme=programme, creator=creator).first()
        if mine is None:
            raise UnknownEnrolment("You don't take part in this programme.")
        if waiting := mine.appeals.filter(state=AppealState.OPEN).first():
            return waiting
        if not may_appeal(mine):
            raise WrongState("There is nothing to appeal against, or it was decided already.")
        suspended = mine.events.filter(code="suspended").latest("id")
        made = Appeal.objects.create(
            enrolment=mine,
            suspended_by=mine.suspended_by,
            suspended_date=suspended.at.date(),
            text=told(text),
            made_at=at,
        )
        record(mine, "appealed", creator, at, made.text)
    return made


def decide_appeal(*, appeal_id: uuid.UUID, actor, upheld: bool, answer: str, at: dt.datetime) -> Appeal:
    """Upheld, the suspension is as if it had never been. The creator reads `answer`.

    Raises enrolments.UnknownEnrolment, NotPermitted (also for who suspended), MissingReason, WrongState."""
    with transaction.atomic():
        known = Appeal.objects.filter(pk=appeal_id).values_list("enrolment", flat=True).first()
        if known is None:
            raise UnknownEnrolment("There is no such appeal.")
        enrolment = decidable(known, actor)
        made = Appeal.objects.select_for_update().filter(pk=appeal_id).first()
        if made is None or made.state != AppealState.OPEN:
            raise WrongState("This appeal has been decided, or taken back.")
        if made.suspended_by_id == actor.pk:
            raise NotPermitted("You suspended them: somebody else decides about the appeal.")
        made.answer, made.decided_at, made.decided_by = told(answer), at, actor
        made.state = AppealState.UPHELD if upheld else AppealState.DISMISSED
        made.save(update_fields=["answer", "decided_at", "decided_by", "state"])
        if upheld:
            reinstate(enrolment, actor, at, made.answer)
        else:
            record(enrolment, "appeal_dismissed", actor, at, made.answer)
        tell(enrolment, f"appeal_{made.state}", str(made.pk), at, answer=made.answer)
    return made
