"""Reading batches: what waits for one, what is in one, and what became of it."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from payouts.batch_states import UNKNOWN, BatchState, ItemState
from payouts.models import BatchItem, PayoutBatch, PayoutEvent, PayoutRequest, Remittance
from payouts.remittance_states import RemittanceState
from payouts.states import State


def ready(*, before: dt.datetime) -> QuerySet[PayoutRequest]:
    """Approved payouts, oldest first, approved up to this moment (`approved_at`) and in no batch's plan."""
    approvals = PayoutEvent.objects.filter(payout=OuterRef("pk"), to_state=State.APPROVED)
    last = approvals.exclude(from_state=F("to_state")).order_by("-id").values("at")[:1]
    approved = PayoutRequest.objects.filter(state=State.APPROVED).annotate(approved_at=Subquery(last))
    planned = BatchItem.objects.filter(state=ItemState.PLANNED).values("payout")
    free = approved.filter(approved_at__lte=before).exclude(pk__in=planned)
    return free.select_related("creator", "method", "policy").order_by("id")


def to_approve() -> QuerySet[PayoutBatch]:
    return PayoutBatch.objects.filter(state=BatchState.PREPARED)


def to_execute() -> list[uuid.UUID]:
    """Approved batches that are not done, oldest first."""
    return list(
        PayoutBatch.objects.filter(state=BatchState.APPROVED).order_by("id").values_list("id", flat=True)
    )


def items_of(batch: PayoutBatch) -> QuerySet[BatchItem]:
    """Skipped ones first, then the largest: what wants to be looked at."""
    rows = batch.items.select_related("payout__creator", "payout__method", "remittance")
    skipped_first = Q(state__in=[ItemState.SKIPPED, ItemState.DROPPED, ItemState.REFUSED])
    return rows.alias(odd=skipped_first).order_by("-odd", "-amount", "id")


@dataclass(frozen=True)
class Pile:
    """Items, or the payments they became, that have come equally far; `total` in the batch's currency."""

    state: str
    label: str
    count: int
    total: int


def piles_of(batch: PayoutBatch) -> list[Pile]:
    """The batch's items by state, in the order of their lives."""
    rows = batch.items.order_by().values_list("state").annotate(count=Count("id"), total=Sum("amount"))
    found = {state: (count, total) for state, count, total in rows}
    return [Pile(state, state.label, *found[state]) for state in ItemState if state in found]


def payments_of(batch: PayoutBatch) -> list[Pile]:
    """What the bank has said so far of the payments that were sent."""
    sent = Remittance.objects.filter(batch_item__batch=batch).order_by()
    rows = sent.values_list("state").annotate(count=Count("id"), total=Sum("amount"))
    found = {state: (count, total) for state, count, total in rows}
    return [Pile(state, state.label, *found[state]) for state in RemittanceState if state in found]


def previous(batch: PayoutBatch) -> PayoutBatch | None:
    """The last one of its kind that was approved before it."""
    earlier = PayoutBatch.objects.filter(
        rail=batch.rail, currency=batch.currency, approved_at__isnull=False, id__lt=batch.id
    )
    return earlier.order_by("-id").first()


@dataclass(frozen=True)
class Change:
    """A batch beside the one before it: whom that one paid and this one does not, and the other way round."""

    before: PayoutBatch
    count: int
    total: int
    joined: int
    left: int


def change(batch: PayoutBatch) -> Change | None:
    before = previous(batch)
    if before is None:
        return None
    now, then = (_creators(each) for each in (batch, before))
    return Change(
        before,
        batch.planned_count - before.planned_count,
        batch.planned_total - before.planned_total,
        len(now - then),
        len(then - now),
    )


def _creators(batch: PayoutBatch) -> set[uuid.UUID]:
    paid = batch.items.exclude(state=ItemState.SKIPPED)
    return set(paid.values_list("payout__creator_id", flat=True))


@dataclass(frozen=True)
class Last:
    """What a creator was paid the time before, and to which account."""

    amount: int
    method_id: uuid.UUID


def last_paid(creator_ids: Iterable[uuid.UUID], currency: str) -> dict[uuid.UUID, Last]:
    """{creator: the newest payout in this currency that has arrived and stayed}."""
    paid = PayoutRequest.objects.filter(creator__in=creator_ids, currency=currency, state=State.PAID)
    rows = paid.order_by("creator_id", "-id").distinct("creator_id")
    return {
        creator: Last(net, method) for creator, net, method in rows.values_list("creator", "net", "method")
    }


def approvers_of(payout_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """{payout: everyone who approved it}, first and second approvals alike."""
    events = PayoutEvent.objects.filter(payout__in=payout_ids, actor__isnull=False)
    approvals = events.filter(
        Q(code="first_approval") | Q(to_state=State.APPROVED, from_state=State.IN_REVIEW)
    )
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for payout_id, actor_id in approvals.values_list("payout", "actor"):
        found.setdefault(payout_id, set()).add(actor_id)
    return found


@dataclass(frozen=True)
class Kind:
    """Approved payouts to one kind of method in one currency; `total` in its smallest part."""

    method_kind: str
    currency: str
    count: int
    total: int


def kinds_approved() -> list[Kind]:
    """What a dry run would look at, those included that stand in a batch that waits for its approval."""
    being_sent = BatchItem.objects.filter(state=ItemState.PLANNED, batch__state=BatchState.APPROVED)
    free = PayoutRequest.objects.filter(state=State.APPROVED).exclude(pk__in=being_sent.values("payout"))
    rows = free.order_by("method__kind", "currency").values_list("method__kind", "currency")
    return [Kind(*row) for row in rows.annotate(count=Count("id"), total=Sum("net"))]


def left_out(payout: PayoutRequest) -> BatchItem | None:
    """Of an approved payout its place in the newest batch, if something of its creator's kept it from
    leaving."""
    if payout.state != State.APPROVED:
        return None
    newest = payout.batch_items.order_by("-id").first()
    kept_back = newest is not None and newest.state in (ItemState.SKIPPED, ItemState.DROPPED)
    return newest if kept_back and newest.code != UNKNOWN else None
