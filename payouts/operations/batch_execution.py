"""Sending an approved batch, one item at a time.

Each item stands alone: what can't be sent is dropped or refused, with its reason, and the others go on. A
worker may die at any moment; the next finds what is left.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice

import structlog
from django.db.models import Count, F, Sum

from payouts import rails
from payouts.batch_states import DECIDED, BatchState, ItemState
from payouts.gates.sending import obstacle
from payouts.models import BatchItem, PayoutBatch, Remittance
from payouts.operations.alarms import tell_left_out
from payouts.operations.moves import MethodRetired
from payouts.operations.remittances import remit_together
from payouts.remittance_states import RemittanceState
from payouts.states import State
from payouts.words import read_by

logger = structlog.get_logger(__name__)
SLICE = 500
"""Items that are judged and sent at once: as many payments as the largest file of any rail takes."""


class UnbalancedBatch(Exception):
    """What became of the items does not add up to what was approved."""

    code = "unbalanced_batch"


def execute(*, batch_id: uuid.UUID, at: dt.datetime) -> PayoutBatch:
    """Sends what an approved batch has left to send, and closes it once nothing is. May be called again at
    any time, by several workers at once; one that is not approved is left as it is.

    Raises UnbalancedBatch, NoFreeMessageId (the rest is sent when it is called again)."""
    batch = PayoutBatch.objects.get(id=batch_id)
    if batch.state == BatchState.APPROVED:
        for items in _slices(_undecided(batch)):
            _send(items, at)
        _close(batch, at)
        batch.refresh_from_db()
    return batch


def _slices(items: Iterable[BatchItem]) -> Iterator[list[BatchItem]]:
    waiting = iter(items)
    while some := list(islice(waiting, SLICE)):
        yield some


def _send(items: list[BatchItem], at: dt.datetime) -> None:
    """What is sent is kept before the next slice begins: a worker that is stopped begins no batch anew."""
    waiting = {item.payout_id: item for item in items if not _decided(item, at)}
    done = remit_together(payout_ids=waiting, at=at)
    for payout_id, item in waiting.items():
        if (reason := done.left.get(payout_id)) is None:
            _decided(item, at)
        elif isinstance(reason, (MethodRetired, rails.NoRail)):
            _decide(item, ItemState.DROPPED, at, "not_sent", str(reason))
        else:  # it stays planned and is tried again
            logger.error("batch_item_failed", item=str(item.id), problem=repr(reason))


def _undecided(batch: PayoutBatch):
    planned = batch.items.filter(state=ItemState.PLANNED).order_by("payout_id")
    return planned.select_related("payout__method", "payout__creator")


def _decided(item: BatchItem, at: dt.datetime) -> bool:
    """Decides about an item that needs no sending (any more): its attempt was made, something has come in its
    way, or the payout went elsewhere."""
    payout = item.payout
    payout.refresh_from_db(fields=["state"])
    if payout.state == State.APPROVED:
        with read_by(payout.creator):
            blocked = obstacle(payout, at)
        if blocked:
            _decide(item, ItemState.DROPPED, at, *blocked)
            tell_left_out(payout, *blocked, at=at)
        return blocked is not None
    attempt = Remittance.objects.filter(payout=payout, batch_item__isnull=True).order_by("-id").first()
    if attempt is None:
        words = f"It is {payout.get_state_display().lower()}."
        _decide(item, ItemState.DROPPED, at, "moved", words)
    elif attempt.state == RemittanceState.REJECTED and attempt.sent_at is None:
        _decide(item, ItemState.REFUSED, at, attempt.code, attempt.problem, remittance=attempt)
    else:
        _decide(item, ItemState.SENT, at, "", "", remittance=attempt)
    return True


def _decide(item: BatchItem, state: ItemState, at: dt.datetime, code: str, reason: str, **facts) -> None:
    undecided = BatchItem.objects.filter(id=item.id, state=ItemState.PLANNED)
    undecided.update(state=state, decided_at=at, code=code[:40], reason=reason, **facts)


def _close(batch: PayoutBatch, at: dt.datetime) -> None:
    """Once nothing is planned any more. Raises UnbalancedBatch."""
    if _undecided(batch).exists():
        return
    decided = batch.items.filter(state__in=DECIDED).aggregate(
        count=Count("id"), total=Sum("amount", default=0)
    )
    if (decided["count"], decided["total"]) != (batch.planned_count, batch.planned_total):
        raise UnbalancedBatch(f"{batch} was approved for {batch.planned_total} and made {decided['total']}.")
    open_one = PayoutBatch.objects.filter(id=batch.id, state=BatchState.APPROVED)
    open_one.update(state=BatchState.DONE, done_at=at, version=F("version") + 1)
