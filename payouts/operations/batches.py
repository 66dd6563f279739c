"""Payouts leave in batches: a dry run, then somebody's approval of its control totals. Nothing moves before
it; what follows is `batch_execution`."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Container, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import Count, F, QuerySet, Sum

from payouts import rails
from payouts.batch_states import BatchState, ItemState
from payouts.cut_offs import is_cut_off_day
from payouts.gates.sending import obstacle
from payouts.models import BatchItem, PayoutBatch, PayoutRequest
from payouts.operations.alarms import tell_left_out
from payouts.operations.moves import Stale, WrongState
from payouts.operations.permissions import NotPermitted
from payouts.queries.batches import approvers_of, last_paid, ready
from payouts.queries.own import own_among
from payouts.states import State
from payouts.words import money, read_by

Kind = tuple[str, str]
"""What goes into one batch: a rail and a currency."""


class UnknownBatch(Exception):
    """There is no such batch."""

    code = "unknown_batch"


class NothingToPay(Exception):
    """The batch would pay nobody."""

    code = "nothing_to_pay"


def prepare(*, actor, at: dt.datetime, cut_off_at: dt.datetime | None = None) -> list[PayoutBatch]:
    """Dry runs of everything approved up to the cut-off (`at` unless told), one batch for each rail and
    currency. A batch of the same kind that still waits for its approval is replaced.

    Payouts that no rail carries are left alone: no batch could pay them.
    Raises NotPermitted, Stale (somebody else is preparing at this moment)."""
    _refuse_without(actor, "prepare_payoutbatch")
    with _alone():
        for batch in _waiting_batches():
            _discard(batch, at=at, note="Prepared anew.")
        dry_runs = _dry_runs(at, cut_off_at or at)
        return [_keep(kind, items, actor, at, cut_off_at or at) for kind, items in dry_runs.items()]


def prepare_due(*, at: dt.datetime) -> list[PayoutBatch]:
    """What the schedule prepares at a cut-off: the kinds of which none waits for its approval, and of which
    something could be paid on a day on which their banks work. Raises Stale."""
    today = at.astimezone(dt.UTC).date()
    with _alone():
        waiting = {(batch.rail, batch.currency) for batch in _waiting_batches()}
        return [
            _keep(kind, items, None, at, at)
            for kind, items in _dry_runs(at, at, besides=waiting).items()
            if is_cut_off_day(today, rail=kind[0], currency=kind[1])
            and any(item.state == ItemState.PLANNED for item in items)
        ]


@contextmanager
def _alone() -> Iterator[None]:
    """One transaction; the table lets one batch of a kind wait, and one plan pay a payout. Raises Stale."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Stale("Somebody else is preparing a batch at this moment. Look at theirs.") from error


def _waiting_batches():
    waiting = PayoutBatch.objects.select_for_update().filter(state=BatchState.PREPARED)
    return waiting.order_by("id")


def _rail_of(payout: PayoutRequest) -> str | None:
    try:
        return rails.for_payment(method_kind=payout.method.kind, currency=payout.currency)
    except rails.NoRail:
        return None


def _dry_runs(
    at: dt.datetime, cut_off_at: dt.datetime, besides: Container[Kind] = ()
) -> dict[Kind, list[BatchItem]]:
    """By rail and currency, `besides` some."""
    groups: dict[Kind, list[PayoutRequest]] = defaultdict(list)
    for payout in ready(before=cut_off_at):
        kind = _rail_of(payout), payout.currency
        if kind[0] and kind not in besides:
            groups[kind].append(payout)
    return {kind: _items(payouts, kind[1], at) for kind, payouts in sorted(groups.items())}


def _items(payouts: list[PayoutRequest], currency: str, at: dt.datetime) -> list[BatchItem]:
    last = last_paid([payout.creator_id for payout in payouts], currency)
    items = []
    for payout in payouts:
        with read_by(payout.creator):
            code, reason = obstacle(payout, at) or ("", "")
        before = last.get(payout.creator_id)
        items.append(
            BatchItem(
                payout=payout,
                state=ItemState.SKIPPED if code else ItemState.PLANNED,
                amount=payout.net,
                code=code,
                reason=reason,
                last_amount=before and before.amount,
                new_method=before is not None and before.method_id != payout.method_id,
            )
        )
    return items


def _keep(kind: Kind, items: list[BatchItem], actor, at: dt.datetime, cut_off_at: dt.datetime) -> PayoutBatch:
    planned = [item.amount for item in items if item.state == ItemState.PLANNED]
    batch = PayoutBatch.objects.create(
        rail=kind[0],
        currency=kind[1],
        cut_off_at=cut_off_at,
        prepared_at=at,
        prepared_by=actor,
        planned_count=len(planned),
        planned_total=sum(planned),
    )
    for item in items:
        item.batch = batch
        if item.state == ItemState.SKIPPED:
            tell_left_out(item.payout, item.code, item.reason, at=at)
    BatchItem.objects.bulk_create(items)
    return batch


@transaction.atomic
def discard(*, batch_id: uuid.UUID, version: int, actor, at: dt.datetime, note: str = "") -> PayoutBatch:
    """prepared → discarded: its payouts are free for another batch.

    Raises UnknownBatch, NotPermitted, Stale, WrongState."""
    _refuse_without(actor, "prepare_payoutbatch")
    batch = _locked(batch_id, version)
    _discard(batch, at=at, note=note)
    return batch


def _discard(batch: PayoutBatch, *, at: dt.datetime, note: str) -> None:
    _move(batch, BatchState.DISCARDED, discarded_at=at, note=note)
    batch.items.filter(state=ItemState.PLANNED).update(state=ItemState.WITHDRAWN, decided_at=at)


@transaction.atomic
def approve(*, batch_id: uuid.UUID, version: int, actor, at: dt.datetime) -> PayoutBatch:
    """prepared → approved: its items are sent from now on. `actor` None: the site approves by itself, where
    `settings.PAYOUT_BATCHES_NEED_APPROVAL` is off.

    Not by who prepared it, nor by who is paid by it, nor by somebody who alone approved one of its payouts.
    Raises UnknownBatch, NotPermitted, NothingToPay, Stale (also where a payout was moved since the dry run),
    WrongState."""
    _refuse_without(actor, "approve_payoutbatch")
    batch = _locked(batch_id, version)
    if actor is not None:
        refuse_involved(batch, actor)
    if batch.planned_count == 0:
        raise NothingToPay("Nothing of it can be paid now; each item says why.")
    _refuse_unless_as_shown(batch)
    _move(batch, BatchState.APPROVED, approved_at=at, approved_by=actor)
    return batch


def approve_prepared(*, at: dt.datetime) -> None:
    """Where batches need nobody's approval: all that the schedule prepared. What has changed since its dry
    run is discarded, for another one."""
    waiting = PayoutBatch.objects.filter(state=BatchState.PREPARED, prepared_by=None)
    for batch in waiting.order_by("id"):
        try:
            approve(batch_id=batch.id, version=batch.version, actor=None, at=at)
        except Stale:
            discard(batch_id=batch.id, version=batch.version, actor=None, at=at, note="It has changed since.")


def _planned(batch: PayoutBatch) -> QuerySet[PayoutRequest]:
    return PayoutRequest.objects.filter(batch_items__in=batch.items.filter(state=ItemState.PLANNED))


def refuse_involved(batch: PayoutBatch, actor) -> None:
    """Raises NotPermitted for who prepared it, is paid by it, or alone approved one of its payouts."""
    payouts = _planned(batch)
    if batch.prepared_by_id == actor.pk:
        raise NotPermitted("You prepared this batch; somebody else approves it.")
    if own_among(payouts, [actor]).exists():
        raise NotPermitted(
            "One of its payouts is your own, or goes to an account of yours; somebody else approves it."
        )
    approvers = approvers_of(payouts.values("id"))
    alone = sum(people == {actor.pk} for people in approvers.values())
    if alone:
        noun = "payout" if alone == 1 else "payouts"
        raise NotPermitted(f"You alone approved {alone} {noun} of it; somebody else approves the batch.")


def _refuse_unless_as_shown(batch: PayoutBatch) -> None:
    still = (
        _planned(batch).filter(state=State.APPROVED).aggregate(count=Count("id"), total=Sum("net", default=0))
    )
    if (still["count"], still["total"]) != (batch.planned_count, batch.planned_total):
        now, then = (money(total, batch.currency) for total in (still["total"], batch.planned_total))
        raise Stale(
            f"{then} in {batch.planned_count} were planned; {now} in {still['count']} can be paid now. "
            "Prepare it again."
        )


def _locked(batch_id: uuid.UUID, version: int) -> PayoutBatch:
    """One that waits for its approval. Raises UnknownBatch, Stale, WrongState."""
    batch = PayoutBatch.objects.select_for_update().filter(id=batch_id).first()
    if batch is None:
        raise UnknownBatch("There is no such batch.")
    if batch.version != version:
        raise Stale("Somebody else has just moved this batch. Read it again before you decide.")
    if batch.state != BatchState.PREPARED:
        raise WrongState(f"It is {batch.get_state_display().lower()} already.")
    return batch


def _move(batch: PayoutBatch, to: BatchState, **changes) -> None:
    here = PayoutBatch.objects.filter(id=batch.id, state=BatchState.PREPARED, version=batch.version)
    if not here.update(state=to, version=F("version") + 1, **changes):
        raise Stale("Somebody else has just moved this batch. Read it again before you decide.")
    batch.refresh_from_db()


def _refuse_without(actor, permission: str) -> None:
    if actor is not None and not (actor.is_staff and actor.has_perm(f"payouts.{permission}")):
        raise NotPermitted("You don't have the permission for this decision.")
