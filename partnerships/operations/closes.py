"""Closing a month of a programme: prepared by a task, approved by staff, credited item by item.

Approval fixes which accruals a close credits. Whatever is found out about these days later is a correction
in a later month: nothing that was credited is ever edited."""

import datetime as dt
import uuid
from collections import defaultdict

from django.db import transaction
from django.db.models import Exists, OuterRef

from ledger.chart import PROGRAMME_EXPENSE
from partnerships.models import Accrual, AccrualDue, CloseItem, MonthClose, Programme
from partnerships.models.programmes import ProgrammeKind
from partnerships.operations.accruals import STREAMS
from partnerships.operations.cash import make_available, take_back
from partnerships.operations.income import refresh
from partnerships.operations.programme_notices import tell
from partnerships.operations.programmes import NotPermitted, permit
from partnerships.programme_states import CloseState
from partnerships.queries.closes import (
    anomalies,
    close_of,
    figures_of,
    last_month,
    month_to_prepare,
    next_month,
    open_accruals,
    sums_by_enrolment,
    sums_of,
)
from partnerships.queries.programmes import terms_on
from partnerships.webhooks import publish_enrolment

CREDIT, CORRECTION = "programme_credit", "programme_correction"
SETTLES = dt.timedelta(days=3)
"""After a month's end, for the last figures to come in, before its close is prepared."""


class UnknownClose(LookupError):
    """There is no such close."""


class WrongState(Exception):
    """This close has been approved already."""

    code = "wrong_state"


class Stale(Exception):
    """The close changed since the page was read."""

    code = "stale"


def prepare(*, programme: Programme, at: dt.datetime) -> MonthClose | None:
    """Prepare the oldest month that waits for its close; None where there is none yet, where figures still
    wait to be worked out, or while another close of the programme waits for its approval."""
    with transaction.atomic():
        programme = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        month = month_to_prepare(programme, (at - SETTLES).date())
        if month is None or _unworked(programme, month):
            return None
        close = MonthClose(programme=programme, month=month, total=0, creators=0, prepared_at=at)
        close.save(force_insert=True)
        _restate(close, at)
    return close


def _unworked(programme: Programme, month: dt.date) -> bool:
    return AccrualDue.objects.filter(
        programme=programme, month__lte=month, creator__enrolments__programme=programme
    ).exists()


def restate(*, close_id: uuid.UUID, actor, at: dt.datetime) -> MonthClose:
    """Work the close out anew from what is open now; a first approval lapses.

    Raises NotPermitted, UnknownClose, WrongState."""
    permit(actor, "approve_monthclose")
    with transaction.atomic():
        close = _locked(close_id)
        _restate(close, at)
    return close


def _restate(close: MonthClose, at: dt.datetime) -> None:
    before = close_of(close.programme_id, last_month(close.month))
    last = dict(before.items.values_list("enrolment", "earned")) if before else {}
    close.items.all().delete()
    items = CloseItem.objects.bulk_create(
        CloseItem(
            close=close,
            enrolment_id=enrolment_id,
            earned=found.earned,
            taken=found.taken,
            last_earned=last.get(enrolment_id),
        )
        for enrolment_id, found in sums_by_enrolment(close.programme_id, close.month).items()
    )
    close.total = sum(item.earned - item.taken for item in items)
    close.creators = len(items)
    close.last_total = before.total if before else None
    close.anomalies = anomalies(close.programme, close.month, _with_people(close), close.last_total)
    close.prepared_at, close.version = at, close.version + 1
    close.first_approved_at = close.first_approved_by = None
    close.save()


def _with_people(close: MonthClose) -> list[CloseItem]:
    return list(close.items.select_related("enrolment__creator").order_by("-earned", "id"))


def approve(*, close_id: uuid.UUID, version: int, actor, at: dt.datetime) -> MonthClose:
    """Approve what a close credits, as it stood in `version`; above the terms' amount it takes a second,
    different person. Who brought figures that it pays for, or is paid by it, can't. Where something has
    changed since it was prepared, it is worked out anew and nothing is approved.

    Raises NotPermitted, UnknownClose, WrongState, Stale."""
    permit(actor, "approve_monthclose")
    with transaction.atomic():
        close = _locked(close_id)
        if close.version != version:
            raise Stale("This close changed while you read it. Look at it again.")
        _refuse_own(close, actor)
        rows = _open_rows(close)
        changed = rows is None
        if changed:
            _restate(close, at)
        elif needs_second_approval(close) and close.first_approved_by_id is None:
            close.first_approved_by, close.first_approved_at = actor, at
            close.version += 1
            close.save(update_fields=["first_approved_by", "first_approved_at", "version"])
        else:
            Accrual.objects.bulk_update(rows, ["item"], batch_size=1000)
            close.state, close.approved_by, close.approved_at = CloseState.APPROVED, actor, at
            close.save(update_fields=["state", "approved_by", "approved_at"])
    if changed:
        raise Stale(
            "Figures changed since this close was prepared: it was worked out anew. Look at it again."
        )
    return close


def needs_second_approval(close: MonthClose) -> bool:
    """By what it credits or by what it takes back, whichever is more: the one must not hide the other."""
    terms = terms_on(close.programme_id, next_month(close.month) - dt.timedelta(days=1))
    return terms is not None and max(sums_of(close)) > terms.second_approval_above


def obstacle(close: MonthClose, person) -> str:
    """Why this person can't approve it; nothing where they can."""
    if close.first_approved_by_id == person.pk:
        return "You gave the first approval: somebody else gives the second."
    if figures_of(close).filter(told_by=person).exists():
        return "You brought figures that it pays for: somebody else approves it."
    if close.items.filter(enrolment__creator=person).exists():
        return "It pays you: somebody else approves it."
    return ""


def _refuse_own(close: MonthClose, actor) -> None:
    if words := obstacle(close, actor):
        raise NotPermitted(words)


def _open_rows(close: MonthClose) -> list[Accrual] | None:
    """The accruals that the close credits, locked and each with its item, but not saved; None where they are
    not what the items say."""
    items = {item.enrolment_id: item for item in close.items.all()}
    rows = open_accruals(close.programme_id, close.month).select_for_update(of=("self",))
    rows = list(rows.order_by("enrolment", "date", "revision"))  # in the order in which days are accrued
    found: dict[uuid.UUID, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        found[row.enrolment_id][row.amount < 0] += abs(row.amount)
        row.item = items.get(row.enrolment_id)
    told = {enrolment_id: [item.earned, item.taken] for enrolment_id, item in items.items()}
    return rows if found == told else None


@transaction.atomic
def credit(*, item_id: uuid.UUID, at: dt.datetime) -> CloseItem:
    """Make one creator's part of an approved close available, and take back what was corrected. Crediting
    again does nothing more. Raises UnknownClose, WrongState (it is not approved)."""
    rows = CloseItem.objects.select_for_update(of=("self",), no_key=True)
    item = (
        rows.select_related("close", "enrolment__programme", "enrolment__creator").filter(pk=item_id).first()
    )
    if item is None:
        raise UnknownClose("There is no such item.")
    if item.credited_at is not None:
        return item
    if item.close.state != CloseState.APPROVED:
        raise WrongState("This close is not approved.")
    enrolment, programme = item.enrolment, item.enrolment.programme
    whose = {"creator_id": enrolment.creator_id, "currency": programme.currency, "at": at}
    if item.earned:
        posted = make_available(**whose, amount=item.earned, kind=CREDIT, key=f"close:{item.pk}")
        item.entry_id = posted.entry_id
    if item.taken:
        taken = take_back(
            **whose,
            amount=item.taken,
            destination=PROGRAMME_EXPENSE.platform(programme.currency),
            kind=CORRECTION,
            key=f"close:{item.pk}:taken",
        )
        item.taking_entry_id = taken.entry_id
    item.credited_at = at
    item.save(update_fields=["entry", "taking_entry", "credited_at"])
    last_date = next_month(item.close.month) - dt.timedelta(days=1)
    publish_enrolment(
        enrolment,
        "credited",
        key=str(item.pk),
        at=at,
        facts={
            "last_date": last_date,
            "earned": {"amount": item.earned, "currency": programme.currency},
            "taken": {"amount": item.taken, "currency": programme.currency},
        },
    )
    tell(
        enrolment,
        "credited",
        str(item.pk),
        at,
        last_date=last_date,
        amount=item.earned,
        taken=item.taken,
        currency=programme.currency,
    )
    refresh(
        creator_id=enrolment.creator_id,
        stream=STREAMS[ProgrammeKind(programme.kind)],
        dates=set(item.accruals.values_list("booked_date", flat=True)),
    )
    return item


def finish(*, at: dt.datetime) -> int:
    """Approved closes of which every item was credited are credited; returns how many."""
    waiting = CloseItem.objects.filter(close=OuterRef("pk"), credited_at__isnull=True)
    done = MonthClose.objects.filter(~Exists(waiting), state=CloseState.APPROVED)
    return done.update(state=CloseState.CREDITED, credited_at=at)


def _locked(close_id: uuid.UUID) -> MonthClose:
    close = (
        MonthClose.objects.select_for_update(of=("self",))
        .filter(pk=close_id)
        .select_related("programme")
        .first()
    )
    if close is None:
        raise UnknownClose("There is no such close.")
    if close.state != CloseState.PREPARED:
        raise WrongState("This close has been approved already.")
    return close
