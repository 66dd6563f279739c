import threading

import pytest

from payouts.batch_states import BatchState, ItemState
from payouts.models import BatchItem, PayoutBatch, Remittance
from payouts.operations import batches
from payouts.operations.batch_execution import execute
from payouts.operations.batches import approve, prepare, prepare_due
from payouts.operations.moves import Stale, WrongState
from tests.concurrency.threads import PATIENCE, race
from tests.factories.payouts import NOW, approved_payout, treasurer

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


def approved_batch() -> PayoutBatch:
    (batch,) = prepare(actor=None, at=NOW)
    return approve(batch_id=batch.id, version=batch.version, actor=treasurer(), at=NOW)


class TestPrepareDue:
    def test_plans_each_payout_once_when_workers_race(self, bank):
        approved_payout()
        results = race(lambda _: prepare_due(at=NOW), WORKERS)
        assert all(isinstance(result, list | Stale) for result in results)
        assert BatchItem.objects.filter(state=ItemState.PLANNED).count() == 1

    def test_would_plan_it_again_but_for_the_table(self, bank, monkeypatch):
        """The control: all of them do find it ready, and the constraint alone stops the others."""
        approved_payout()
        everyone_has_looked = threading.Barrier(WORKERS)
        keep = batches._keep

        def together(*arguments):
            everyone_has_looked.wait(PATIENCE)
            return keep(*arguments)

        monkeypatch.setattr(batches, "_keep", together)
        results = race(lambda _: prepare_due(at=NOW), WORKERS)
        assert sum(isinstance(result, Stale) for result in results) == WORKERS - 1


class TestApprove:
    def test_is_won_by_one_of_two(self, bank):
        approved_payout()
        (batch,) = prepare(actor=None, at=NOW)
        people = [treasurer(), treasurer()]
        results = race(lambda number: approve(batch_id=batch.id, version=1, actor=people[number], at=NOW), 2)
        assert sum(isinstance(result, PayoutBatch) for result in results) == 1
        assert sum(isinstance(result, Stale | WrongState) for result in results) == 1


class TestExecute:
    def test_sends_each_payout_once_when_workers_race(self, bank):
        for _ in range(3):
            approved_payout()
        batch = approved_batch()
        race(lambda _: execute(batch_id=batch.id, at=NOW), WORKERS)
        assert execute(batch_id=batch.id, at=NOW).state == BatchState.DONE
        assert len(bank.payments()) == Remittance.objects.count() == 3
        assert set(batch.items.values_list("state", flat=True)) == {ItemState.SENT}
