"""Compares batches with their items and with the payments that these became."""

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from ledger.queries import Finding
from payouts.batch_states import DECIDED, BatchState, ItemState
from payouts.models import BatchItem, PayoutBatch


def audit_batches() -> list[Finding]:
    return [*_totals(), *_undecided(), *_payments()]


def _totals() -> list[Finding]:
    """The control totals that were approved are those of the items, whatever became of them."""
    planned = BatchItem.objects.filter(batch=OuterRef("pk")).exclude(state=ItemState.SKIPPED).order_by()
    sums = planned.values("batch").annotate(count=Count("id"), total=Sum("amount"))
    batches = PayoutBatch.objects.annotate(
        count=Coalesce(Subquery(sums.values("count")), 0), total=Coalesce(Subquery(sums.values("total")), 0)
    )
    other = batches.exclude(planned_count=F("count"), planned_total=F("total"))
    return [Finding("a batch's control totals are those of its items", str(batch.id)) for batch in other]


def _undecided() -> list[Finding]:
    """Items are decided by approved batches alone, and a batch is done when all of them are."""
    wrong = BatchItem.objects.filter(
        Q(batch__state=BatchState.DONE, state__in=[ItemState.PLANNED, ItemState.WITHDRAWN])
        | Q(batch__state=BatchState.DISCARDED, state__in=[ItemState.PLANNED, *DECIDED])
        | Q(batch__state=BatchState.PREPARED, state__in=[ItemState.WITHDRAWN, *DECIDED])
    )
    return [Finding("items stand where their batch does", str(item.id)) for item in wrong]


def _payments() -> list[Finding]:
    """What was sent for an item is its payout's, in its amount and by its batch's rail."""
    sent = BatchItem.objects.filter(remittance__isnull=False)
    wrong = sent.exclude(
        remittance__payout=F("payout"),
        remittance__amount=F("amount"),
        remittance__currency=F("batch__currency"),
        remittance__rail=F("batch__rail"),
    )
    return [Finding("a batch sends what it planned", str(item.id)) for item in wrong]
