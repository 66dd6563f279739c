"""An account is closed: asked for, slept over, done; kept open by whoever logs in meanwhile.

What there is to know first comes of `portal.queries.closing.ahead_of` alone. What is done at the end is done
in one transaction: the apps settle what is left by entries of the ledger, then everything personal is erased.
A worker that dies in the middle has done nothing; the next one begins anew."""

import datetime as dt
import uuid
from collections.abc import Mapping

import structlog
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string

from ledger import vault
from ledger.chart import CHART
from ledger.queries import holdings
from ledger.units import format_amount
from portal.models import Closure
from portal.models.closures import ClosureState
from portal.operations.erasing import empty, erase
from portal.operations.notices import notify
from portal.queries.closing import Ahead, ahead_of, waiting_closure

logger = structlog.get_logger(__name__)
GRACE = dt.timedelta(days=14)
AGAIN = dt.timedelta(hours=6)
"""What could not be done is tried again after so long."""


class UnableToClose(Exception):
    """The account stays as it is."""

    code = "refused"


class SomethingStops(UnableToClose):
    """`ahead` says what."""

    code = "something_stops"

    def __init__(self, ahead: Ahead) -> None:
        super().__init__(f"{ahead.stops[0].label}. {ahead.stops[0].words}")
        self.ahead = ahead


class MoreToLose(UnableToClose):
    """What would be given up is not what the person was shown."""

    code = "changed"

    def __init__(self) -> None:
        super().__init__("What you would give up has changed meanwhile. Look at it again.")


class NotPermitted(UnableToClose):
    code = "not_permitted"


class MissingReason(UnableToClose):
    code = "missing_reason"

    def __init__(self) -> None:
        super().__init__("Say why: it stays with the closing.")


class _StillHolds(Exception):
    """An account of the ledger was not emptied: an app forgot something."""


def ask_to_close(*, person, agreed: Mapping[str, int], at: dt.datetime) -> Closure:
    """From now on the account sleeps: nobody sees its page, nothing can be sent to it, its keys open nothing
    and its sessions have ended. `agreed` is what its owner has seen that they give up, {unit: smallest
    parts}. Asking again returns the first.

    Raises SomethingStops, MoreToLose; nothing has changed then."""
    with transaction.atomic():
        person = _locked(person.pk)
        if waiting := waiting_closure(person):
            return waiting
        ahead = ahead_of(person, at)
        if ahead.stops:
            raise SomethingStops(ahead)
        if ahead.beyond(agreed):
            raise MoreToLose
        closure = Closure.objects.create(
            person=person, asked_at=at, due_at=at + GRACE, given_up=ahead.given_up
        )
        get_user_model().objects.filter(pk=person.pk).update(is_active=False)
        facts = {"due_at": closure.due_at, "days": GRACE.days}
        notify(
            person=person, kind="closure_asked", key=f"closure:{closure.pk}", at=at, facts=facts,
            url=reverse("account_login"),
        )  # fmt: skip
        for session in UserSession.objects.filter(user=person):
            session.end()
    return closure


def keep_open(*, person, at: dt.datetime) -> bool:
    """Whoever logs in again keeps the account; returns whether it was to be closed."""
    if person.is_active:
        return False
    with transaction.atomic():
        _locked(person.pk)
        waiting = Closure.objects.filter(person=person, state=ClosureState.WAITING)
        if not waiting.update(state=ClosureState.CANCELLED, cancelled_at=at, problem=""):
            return False
        get_user_model().objects.filter(pk=person.pk).update(is_active=True)
        person.is_active = True
        notify(
            person=person, kind="closure_kept", key=f"closure-kept:{person.pk}:{at.isoformat()}", at=at,
            facts={"kept_at": at}, url=reverse("account_change_password"),
        )  # fmt: skip
    return True


def close_due(*, at: dt.datetime) -> int:
    """Close what is due, each alone; returns how many were closed. Files that a worker that died left behind
    are deleted, too."""
    for closure in Closure.objects.exclude(files=[]):
        _remove_files(closure)
    tried = Closure.objects.filter(tried_at__gt=at - AGAIN).values("pk")
    due = Closure.objects.filter(state=ClosureState.WAITING, due_at__lte=at, held_at__isnull=True)
    closed = 0
    for closure_id in due.exclude(pk__in=tried).order_by("due_at").values_list("id", flat=True):
        try:
            closed += close(closure_id=closure_id, at=at)
        except Exception:
            logger.exception("account_not_closed", closure=str(closure_id))
            words = "Something went wrong on our side. It is in the logs."
            Closure.objects.filter(pk=closure_id).update(problem=words, tried_at=at)
    return closed


def close(*, closure_id: uuid.UUID, at: dt.datetime) -> bool:
    """Settle and erase, or note what keeps it from being done. Returns whether the account is closed now;
    doing it again changes nothing."""
    with transaction.atomic():
        found = Closure.objects.get(pk=closure_id)
        person = _locked(found.person_id)
        closure = Closure.objects.select_for_update().get(pk=closure_id)
        if closure.state != ClosureState.WAITING or closure.held_at or closure.due_at > at:
            return False
        if problem := _problem(closure, person, at):
            closure.problem, closure.tried_at = problem[:500], at
            closure.save(update_fields=["problem", "tried_at"])
            facts = {"problem": problem}
            key = f"closure:{closure.pk}:{problem}"[:200]
            login = reverse("account_login")
            notify(person=person, kind="closure_delayed", key=key, at=at, facts=facts, url=login)
            return False
        for path in settings.CLOSURE_SETTLEMENTS:
            import_string(path)(person=person, key=f"closure:{closure.pk}", at=at)
        if left := [account for account, amount in holdings(person.pk, _owned()).items() if amount]:
            raise _StillHolds(", ".join(map(str, left)))
        erased = erase(person_id=person.pk, closed_at=at, at=at)
        empty(person, at=at)
        closure.state, closure.closed_at, closure.problem = ClosureState.CLOSED, at, ""
        closure.files, closure.purge_date = erased.files, erased.next_date
        closure.save(update_fields=["state", "closed_at", "problem", "files", "purge_date"])
    _remove_files(closure)
    return True


def _problem(closure: Closure, person, at: dt.datetime) -> str:
    ahead = ahead_of(person, at)
    for matter in (*ahead.stops, *ahead.waits):
        return f"{matter.label}. {matter.words}"
    if beyond := ahead.beyond(closure.given_up):
        amounts = ", ".join(format_amount(amount, unit) for unit, amount in beyond.items())
        return f"More has come in than was to be given up: there are {amounts} now."
    return ""


def _owned() -> list:
    return [account_type for account_type in CHART.values() if account_type.owned]


def _remove_files(closure: Closure) -> None:
    for name in closure.files:
        vault.remove(name)
    Closure.objects.filter(pk=closure.pk).update(files=[])


def purge_due(*, at: dt.datetime) -> int:
    """Erase what a law has let go of since; returns of how many people."""
    due = Closure.objects.filter(state=ClosureState.CLOSED, held_at__isnull=True, purge_date__lte=at.date())
    ids = list(due.values_list("id", flat=True))
    for closure_id in ids:
        with transaction.atomic():
            closure = due.select_for_update().filter(pk=closure_id).first()
            if closure is None:
                continue
            erased = erase(person_id=closure.person_id, closed_at=closure.closed_at, at=at)
            closure.files, closure.purge_date = [*closure.files, *erased.files], erased.next_date
            closure.save(update_fields=["files", "purge_date"])
        _remove_files(closure)
    return len(ids)


def hold(*, closure_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> Closure:
    """Nothing is closed or erased until it is let go on. Raises NotPermitted, MissingReason."""
    return _set_hold(closure_id, actor, reason, {"held_at": at, "held_by": actor})


def let_go_on(*, closure_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> Closure:
    """Undo `hold`. Raises NotPermitted, MissingReason."""
    return _set_hold(closure_id, actor, reason, {"held_at": None, "held_by": None})


def _set_hold(closure_id: uuid.UUID, actor, reason: str, facts: dict) -> Closure:
    if not actor.has_perm("portal.hold_closure"):
        raise NotPermitted("You may not hold back the closing of accounts.")
    if not reason.strip():
        raise MissingReason
    with transaction.atomic():
        closure = Closure.objects.select_for_update().get(pk=closure_id)
        if closure.person_id == actor.pk:
            raise NotPermitted("This is your own account: somebody else decides.")
        for name, value in facts.items():
            setattr(closure, name, value)
        closure.hold_reason = reason.strip()[:500] if closure.held_at else ""
        closure.save(update_fields=["held_at", "held_by", "hold_reason"])
    return closure


def _locked(person_id: uuid.UUID):
    """One change to a person's account at a time."""
    return get_user_model().objects.select_for_update(no_key=True).get(pk=person_id)
