"""Batches, prepared and sent."""

import datetime as dt

from payouts.models import PayoutBatch
from payouts.operations.batch_execution import execute
from payouts.operations.batches import approve, prepare
from tests.factories.payouts import NOW, treasurer

LATER = NOW + dt.timedelta(hours=1)
NET = 8965


def prepared(*, actor=None, at=NOW) -> PayoutBatch:
    (batch,) = prepare(actor=actor, at=at)
    return batch


def sent(*, at=NOW) -> PayoutBatch:
    """Everything approved, prepared by the schedule, approved and executed."""
    batch = prepared(at=at)
    approve(batch_id=batch.id, version=batch.version, actor=treasurer(), at=at)
    return execute(batch_id=batch.id, at=at)


def states(batch) -> list[str]:
    return sorted(batch.items.values_list("state", flat=True))
