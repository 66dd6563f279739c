"""What becomes of a batch that is sent."""

import datetime as dt

import pytest

from payouts.batch_states import BatchState, ItemState
from payouts.models import PayoutMethod, Remittance
from payouts.operations import batch_execution, remittances, review
from payouts.operations.bank_messages import read_bank
from payouts.operations.batch_execution import execute
from payouts.operations.batches import approve
from payouts.queries.batches import change
from payouts.states import State
from tests.factories.batches import LATER, NET, prepared, sent, states
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout, treasurer
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db


class TestExecute:
    def test_sends_all_in_one_file_and_is_done(self, bank):
        payouts = [approved_payout() for _ in range(3)]
        batch = sent()
        assert (batch.state, batch.done_at) == (BatchState.DONE, NOW)
        assert states(batch) == [ItemState.SENT] * 3
        assert bank.files_received() == 1
        assert {payment["end_to_end_id"] for payment in bank.payments()} == {
            payout.reference for payout in payouts
        }
        assert sum(payment["amount"] for payment in bank.payments()) == batch.planned_total

    def test_keeps_what_was_sent_before_it_goes_on(self, bank, monkeypatch):
        monkeypatch.setattr(batch_execution, "SLICE", 2)
        for _ in range(3):
            approved_payout()
        batch = prepared()
        approve(batch_id=batch.id, version=batch.version, actor=treasurer(), at=NOW)
        slices = []

        def die(items, at):
            slices.append(len(items))
            if len(slices) == 2:
                raise KeyboardInterrupt
            send(items, at)

        send = batch_execution._send
        monkeypatch.setattr(batch_execution, "_send", die)
        with pytest.raises(KeyboardInterrupt):
            execute(batch_id=batch.id, at=NOW)
        assert (slices, states(batch)) == ([2, 1], [ItemState.PLANNED, ItemState.SENT, ItemState.SENT])
        assert len(bank.payments()) == 2
        monkeypatch.setattr(batch_execution, "_send", send)
        assert execute(batch_id=batch.id, at=LATER).state == BatchState.DONE
        assert (bank.files_received(), len(bank.payments())) == (2, 3)

    def test_sends_nothing_before_the_approval(self, bank):
        approved_payout()
        batch = prepared()
        assert execute(batch_id=batch.id, at=NOW).state == BatchState.PREPARED
        assert bank.files_received() == 0

    def test_goes_on_past_one_that_can_not_be_paid(self, bank):
        creator = CreatorFactory()
        bad = approved_payout(creator, method=PayoutMethodFactory(owner=creator, details={"iban": "DE00"}))
        good = approved_payout()
        batch = sent()
        assert batch.items.get(payout=bad).state == ItemState.REFUSED
        assert batch.items.get(payout=good).state == ItemState.SENT
        assert batch.state == BatchState.DONE
        assert [payment["end_to_end_id"] for payment in bank.payments()] == [good.reference]

    def test_drops_what_was_moved_after_the_approval(self, bank):
        gone, stays = approved_payout(), approved_payout()
        batch = prepared()
        approve(batch_id=batch.id, version=batch.version, actor=treasurer(), at=NOW)
        review.call_off(
            payout_id=gone.id, version=gone.version, actor=treasurer(), reason="It was asked for.", at=NOW
        )
        batch = execute(batch_id=batch.id, at=LATER)
        item = batch.items.get(payout=gone)
        assert (item.state, item.reason) == (ItemState.DROPPED, "It is cancelled.")
        assert batch.items.get(payout=stays).state == ItemState.SENT
        assert batch.state == BatchState.DONE

    def test_drops_what_has_something_in_its_way_by_then(self, bank):
        payout = approved_payout()
        batch = prepared()
        approve(batch_id=batch.id, version=batch.version, actor=treasurer(), at=NOW)
        PayoutMethod.objects.update(retired_at=NOW)
        batch = execute(batch_id=batch.id, at=LATER)
        assert (batch.items.get().code, batch.state) == ("method_retired", BatchState.DONE)
        payout.refresh_from_db()
        assert payout.state == State.APPROVED
        assert bank.files_received() == 0

    def test_goes_on_where_a_worker_died_after_sending(self, bank):
        payouts = [approved_payout(), approved_payout()]
        batch = prepared()
        approve(batch_id=batch.id, version=batch.version, actor=treasurer(), at=NOW)
        remittances.remit_together(payout_ids=[payouts[0].id], at=NOW)  # and then the lights went out
        batch = execute(batch_id=batch.id, at=LATER)
        assert (states(batch), batch.state) == ([ItemState.SENT] * 2, BatchState.DONE)
        assert len(bank.payments()) == Remittance.objects.count() == 2

    def test_leaves_planned_what_failed_by_our_own_fault(self, bank, monkeypatch):
        odd, _ = approved_payout(), approved_payout()
        begin = remittances._begin

        def stumble(payout_id, at):
            if payout_id == odd.id:
                raise ValueError("odd")
            return begin(payout_id, at)

        monkeypatch.setattr(remittances, "_begin", stumble)
        batch = sent()
        assert (batch.state, states(batch)) == (BatchState.APPROVED, [ItemState.PLANNED, ItemState.SENT])
        monkeypatch.undo()
        assert execute(batch_id=batch.id, at=LATER).state == BatchState.DONE
        assert len(bank.payments()) == 2

    def test_keeps_a_payment_in_doubt_as_sent_once(self, bank, settings):
        settings.BANK_URL = "http://127.0.0.1:9"
        approved_payout()
        batch = sent()
        assert (batch.items.get().remittance.state, batch.state) == ("unknown", BatchState.DONE)

    def test_lets_a_failed_payout_come_again_in_another_batch(self, bank):
        bank.behave("reject-file")
        payout = approved_payout()
        first = sent()
        assert states(first) == [ItemState.REFUSED]
        payout.refresh_from_db()
        bank.behave("accept")
        review.retry(payout_id=payout.id, version=payout.version, actor=treasurer(), at=LATER)
        second = sent(at=LATER)
        assert states(second) == [ItemState.SENT]
        assert second.items.get().remittance.attempt == 2


class TestChange:
    def test_compares_with_the_batch_before(self, bank):
        regular = CreatorFactory()
        approved_payout(regular)
        approved_payout()
        first = sent()
        assert change(first) is None
        bank.advance()
        read_bank(at=NOW)
        day = NOW + dt.timedelta(days=1)
        approved_payout(regular, at=day)
        approved_payout(at=day)
        approved_payout(at=day)
        found = change(prepared(at=day))
        assert (found.before, found.count, found.total) == (first, 1, NET)
        assert (found.joined, found.left) == (2, 1)
