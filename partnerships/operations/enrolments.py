"""Taking part in a programme: apply, be taken in or refused, suspended and resumed, leave.

What changes hands here is only which days count: those are periods of whole UTC days. Money follows from
them in `operations.accruals`."""

import datetime as dt
import uuid

from django.db import transaction

from partnerships.models import Enrolment, EnrolmentEvent, EnrolmentPeriod, Programme
from partnerships.operations.metrics import mark_due
from partnerships.operations.programme_notices import tell
from partnerships.operations.programmes import NotPermitted, permit
from partnerships.programme_states import ENROLMENT_MOVES, AppealState, EnrolmentState
from partnerships.queries.eligibility import Criterion, eligibility
from partnerships.queries.programmes import left_suspended

NEW = EnrolmentState.LEFT
"""What somebody who never took part may do is what somebody who left may."""


class NotEligible(Exception):
    """`criteria` are those that are not met."""

    code = "not_eligible"

    def __init__(self, criteria: list[Criterion]) -> None:
        words = " ".join(f"{criterion.label}: {criterion.next_step}" for criterion in criteria)
        super().__init__(words or "This programme has not begun yet.")
        self.criteria = criteria


class WrongState(Exception):
    """That can't be done with this enrolment now."""

    code = "wrong_state"


class UnknownEnrolment(LookupError):
    """There is no such enrolment."""


class MissingReason(ValueError):
    """A decision that somebody reads needs words."""

    code = "missing_reason"


def apply(*, creator, programme: Programme, at: dt.datetime) -> Enrolment:
    """Ask to take part. Who meets the criteria does at once, or after staff have looked where the programme
    says so, or where they left while suspended. Asking again while it is open or active changes nothing.

    Raises NotEligible, WrongState (suspended: appeal instead)."""
    with transaction.atomic():
        enrolment, _ = Enrolment.objects.get_or_create(
            programme=programme, creator=creator, defaults={"state": NEW, "applied_at": at}
        )
        enrolment = _locked(enrolment.pk)
        if enrolment.state in (EnrolmentState.ACTIVE, EnrolmentState.APPLIED):
            return enrolment
        if enrolment.state == EnrolmentState.SUSPENDED:
            raise WrongState("You are suspended from this programme: appeal on its page.")
        found = eligibility(creator, programme, at)
        if not found.met:
            raise NotEligible(found.missing)
        enrolment.applied_at = at
        if programme.reviews_applications or left_suspended(enrolment):
            _move(enrolment, EnrolmentState.APPLIED, "applied", creator, at)
        else:
            _take_in(enrolment, creator, at)
    return enrolment


def accept(*, enrolment_id: uuid.UUID, actor, at: dt.datetime, internal_note: str = "") -> Enrolment:
    """Staff take an applicant in, from today on. Raises NotPermitted, UnknownEnrolment, WrongState."""
    with transaction.atomic():
        enrolment = decidable(enrolment_id, actor)
        if enrolment.state != EnrolmentState.APPLIED:
            raise WrongState("This application has been decided.")
        _take_in(enrolment, actor, at, internal_note=internal_note)
    return enrolment


def refuse(
    *, enrolment_id: uuid.UUID, actor, reason: str, at: dt.datetime, internal_note: str = ""
) -> Enrolment:
    """The creator reads `reason`, and may apply again.

    Raises NotPermitted, UnknownEnrolment, MissingReason, WrongState."""
    with transaction.atomic():
        enrolment = decidable(enrolment_id, actor)
        if enrolment.state != EnrolmentState.APPLIED:
            raise WrongState("This application has been decided.")
        event = _move(
            enrolment, EnrolmentState.REFUSED, "refused", actor, at, told(reason), internal_note=internal_note
        )
        tell(enrolment, "refused", str(event.pk), at, reason=reason.strip())
    return enrolment


def suspend(
    *, enrolment_id: uuid.UUID, actor, reason: str, at: dt.datetime, internal_note: str = ""
) -> Enrolment:
    """Days from today on do not count. What was earned before stays. The creator reads `reason`.

    Raises NotPermitted, UnknownEnrolment, MissingReason, WrongState."""
    with transaction.atomic():
        enrolment = decidable(enrolment_id, actor)
        if enrolment.state != EnrolmentState.ACTIVE:
            raise WrongState("Only who takes part can be suspended.")
        enrolment.suspended_by = actor
        event = _move(
            enrolment,
            EnrolmentState.SUSPENDED,
            "suspended",
            actor,
            at,
            told(reason),
            internal_note=internal_note,
        )
        _end(enrolment, at.date() - dt.timedelta(days=1), at)
        tell(enrolment, "suspended", str(event.pk), at, reason=reason.strip(), first_date=at.date())
    return enrolment


def resume(
    *, enrolment_id: uuid.UUID, actor, reason: str, at: dt.datetime, internal_note: str = ""
) -> Enrolment:
    """Days from today on count again; those in between don't. An appeal that is open must be decided instead.

    Raises NotPermitted, UnknownEnrolment, MissingReason, WrongState."""
    with transaction.atomic():
        enrolment = decidable(enrolment_id, actor)
        if enrolment.state != EnrolmentState.SUSPENDED:
            raise WrongState("Only who is suspended can be resumed.")
        if enrolment.appeals.filter(state=AppealState.OPEN).exists():
            raise WrongState("There is an appeal against this suspension: decide that.")
        enrolment.suspended_by = None
        event = _move(
            enrolment, EnrolmentState.ACTIVE, "resumed", actor, at, told(reason), internal_note=internal_note
        )
        _begin(enrolment, at)
        tell(enrolment, "resumed", str(event.pk), at, reason=reason.strip(), first_date=at.date())
    return enrolment


def leave(*, creator, programme: Programme, at: dt.datetime) -> Enrolment:
    """Today is the last day that counts. It takes an open appeal back, but ends no suspension: who comes back
    after one waits for staff. Leaving twice changes nothing.

    Raises UnknownEnrolment, WrongState (refused)."""
    with transaction.atomic():
        mine = Enrolment.objects.filter(programme=programme, creator=creator).first()
        if mine is None:
            raise UnknownEnrolment("You don't take part in this programme.")
        enrolment = _locked(mine.pk)
        if enrolment.state == EnrolmentState.LEFT:
            return enrolment
        was_active = enrolment.state == EnrolmentState.ACTIVE
        enrolment.appeals.filter(state=AppealState.OPEN).update(state=AppealState.WITHDRAWN, decided_at=at)
        enrolment.suspended_by = None
        _move(enrolment, EnrolmentState.LEFT, "left", creator, at)
        if was_active:
            _end(enrolment, at.date(), at)
    return enrolment


def decidable(enrolment_id: uuid.UUID, actor) -> Enrolment:
    """Locked, for staff to decide. Raises NotPermitted, UnknownEnrolment."""
    permit(actor, "decide_enrolment")
    enrolment = _locked(enrolment_id)
    if enrolment.creator_id == actor.pk:
        raise NotPermitted("Nobody decides about their own enrolment.")
    return enrolment


def told(reason: str) -> str:
    """Raises MissingReason."""
    if not reason.strip():
        raise MissingReason("Write a reason: the creator reads it.")
    return reason.strip()


def record(
    enrolment: Enrolment, code: str, actor, at: dt.datetime, reason: str = "", internal_note: str = ""
):
    return EnrolmentEvent.objects.create(
        enrolment=enrolment,
        at=at,
        actor=actor,
        code=code,
        state=enrolment.state,
        reason=reason,
        internal_note=internal_note.strip(),
    )


def reinstate(enrolment: Enrolment, actor, at: dt.datetime, reason: str) -> EnrolmentEvent:
    """As if the suspension had never been: the days since count after all."""
    enrolment.suspended_by = None
    event = _move(enrolment, EnrolmentState.ACTIVE, "reinstated", actor, at, reason)
    period = enrolment.periods.order_by("-first_date", "-id").first()
    since = period.last_date
    period.last_date = None
    period.save(update_fields=["last_date"])
    mark_due(enrolment.programme_id, enrolment.creator_id, since, at.date())
    return event


def _locked(enrolment_id: uuid.UUID) -> Enrolment:
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("programme", "creator")
    enrolment = rows.filter(pk=enrolment_id).first()
    if enrolment is None:
        raise UnknownEnrolment("There is no such enrolment.")
    return enrolment


def _move(
    enrolment: Enrolment, to: EnrolmentState, code: str, actor, at, reason: str = "", internal_note: str = ""
) -> EnrolmentEvent:
    if to not in ENROLMENT_MOVES[EnrolmentState(enrolment.state)]:
        raise WrongState(f"It is {enrolment.get_state_display().lower()}.")
    enrolment.state, enrolment.reason = to, reason
    enrolment.save(update_fields=["state", "reason", "suspended_by", "applied_at"])
    return record(enrolment, code, actor, at, reason, internal_note)


def _take_in(enrolment: Enrolment, actor, at: dt.datetime, internal_note: str = "") -> None:
    event = _move(enrolment, EnrolmentState.ACTIVE, "enrolled", actor, at, internal_note=internal_note)
    _begin(enrolment, at)
    tell(enrolment, "enrolled", str(event.pk), at, first_date=at.date())


def _begin(enrolment: Enrolment, at: dt.datetime) -> None:
    """A day never counts twice: who left today and comes back goes on tomorrow."""
    last = enrolment.periods.order_by("-last_date").values_list("last_date", flat=True).first()
    first = at.date() if last is None or last < at.date() else last + dt.timedelta(days=1)
    EnrolmentPeriod.objects.create(enrolment=enrolment, first_date=first)
    mark_due(enrolment.programme_id, enrolment.creator_id, first, max(first, at.date()))


def _end(enrolment: Enrolment, last_date: dt.date, at: dt.datetime) -> None:
    period = enrolment.periods.get(last_date__isnull=True)
    period.last_date = max(last_date, period.first_date - dt.timedelta(days=1))
    period.save(update_fields=["last_date"])
    mark_due(enrolment.programme_id, enrolment.creator_id, at.date(), at.date())
