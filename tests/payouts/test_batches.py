import datetime as dt

import pytest

from ledger.queries import platform_balances
from payouts.batch_states import BatchState, ItemState
from payouts.gates import sending
from payouts.models import BatchItem, PayoutBatch, PayoutMethod, Remittance
from payouts.operations import review
from payouts.operations.bank_messages import read_bank
from payouts.operations.batches import NothingToPay, approve, discard, prepare
from payouts.operations.moves import Stale, WrongState
from payouts.operations.review import NotPermitted
from payouts.states import State
from tests.factories.batches import LATER, NET, prepared, sent, states
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout, requested_payout, treasurer
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db


class TestPrepare:
    def test_plans_what_is_approved_and_moves_nothing(self, bank):
        payouts = [approved_payout(), approved_payout()]
        requested_payout()
        before = platform_balances()
        batch = prepared()
        assert (batch.rail, batch.currency, batch.state) == ("sepa", "EUR", BatchState.PREPARED)
        assert (batch.planned_count, batch.planned_total) == (2, 2 * NET)
        assert {item.payout for item in batch.items.all()} == set(payouts)
        assert platform_balances() == before
        assert not Remittance.objects.exists()

    def test_leaves_what_was_approved_after_the_cut_off_for_the_next(self, bank):
        early, late = approved_payout(), approved_payout(at=LATER)
        (batch,) = prepare(actor=None, at=LATER, cut_off_at=NOW)
        assert [item.payout for item in batch.items.all()] == [early]
        assert late.batch_items.count() == 0

    def test_skips_what_has_something_in_its_way_and_says_what(self, bank):
        payouts = [approved_payout() for _ in range(3)]
        PayoutMethod.objects.filter(payouts=payouts[0]).update(retired_at=NOW)
        payouts[1].creator.is_active = False
        payouts[1].creator.save()
        batch = prepared()
        assert (batch.planned_count, batch.planned_total) == (1, NET)
        skipped = dict(batch.items.filter(state=ItemState.SKIPPED).values_list("payout", "code"))
        assert skipped == {payouts[0].id: "method_retired", payouts[1].id: "account"}
        assert "closed" in batch.items.get(payout=payouts[1]).reason

    def test_goes_on_when_one_can_not_be_judged(self, bank, monkeypatch):
        odd, good = approved_payout(), approved_payout()
        real = sending.gates

        def gates(creator, at):
            if creator == odd.creator:
                raise ValueError("odd")
            return real(creator, at)

        monkeypatch.setattr(sending, "gates", gates)
        batch = prepared()
        assert batch.items.get(payout=odd).code == "gates_failed"
        assert batch.items.get(payout=good).state == ItemState.PLANNED

    def test_asks_no_gate_that_is_about_a_request(self, bank):
        """The open request is this very payout, and its diamonds are no longer available."""
        approved_payout()
        assert states(prepared()) == [ItemState.PLANNED]

    def test_tells_what_each_was_paid_the_time_before(self, bank):
        creator = CreatorFactory()
        approved_payout(creator)
        sent()
        bank.advance()
        read_bank(at=NOW)
        approved_payout(creator, at=NOW + dt.timedelta(days=1))
        item = prepared(at=NOW + dt.timedelta(days=1)).items.get()
        assert (item.last_amount, item.new_method) == (NET, False)

    def test_replaces_the_one_that_waits(self, bank):
        payout = approved_payout()
        first, second = prepared(), prepared(at=LATER)
        first.refresh_from_db()
        assert first.state == BatchState.DISCARDED
        assert states(first) == [ItemState.WITHDRAWN]
        assert second.items.get().payout == payout

    def test_makes_none_of_nothing(self, bank):
        requested_payout()
        assert prepare(actor=None, at=NOW) == []

    def test_leaves_alone_what_no_rail_carries(self, settings):
        payout = approved_payout()
        settings.PAYOUT_RAILS = {}
        assert prepare(actor=None, at=NOW) == []
        payout.refresh_from_db()
        assert payout.state == State.APPROVED

    def test_is_not_for_staff_without_the_permission(self, bank):
        approved_payout()
        with pytest.raises(NotPermitted):
            prepare(actor=StaffFactory(), at=NOW)
        assert not PayoutBatch.objects.exists()


class TestApprove:
    def refused(self, batch, reason, *, actor=None, version=None):
        before = platform_balances()
        with pytest.raises(reason) as refusal:
            approve(batch_id=batch.id, version=version or batch.version, actor=actor or treasurer(), at=LATER)
        batch.refresh_from_db()
        assert batch.state == BatchState.PREPARED
        assert platform_balances() == before
        return str(refusal.value)

    def test_fixes_the_control_totals(self, bank):
        approved_payout()
        batch, lead = prepared(), treasurer()
        approve(batch_id=batch.id, version=batch.version, actor=lead, at=LATER)
        batch.refresh_from_db()
        assert (batch.state, batch.approved_by, batch.approved_at) == (BatchState.APPROVED, lead, LATER)
        assert (batch.planned_count, batch.planned_total) == (1, NET)

    def test_is_not_for_who_prepared_it(self, bank):
        approved_payout()
        person = treasurer()
        assert "You prepared" in self.refused(prepared(actor=person), NotPermitted, actor=person)

    def test_is_not_for_who_is_paid_by_it(self, bank):
        person = treasurer(is_creator=True, country="DE", handle="both")
        approved_payout(person)
        assert "your own" in self.refused(prepared(), NotPermitted, actor=person)

    def test_is_not_for_who_added_an_account_that_is_paid(self, bank):
        payout, person = approved_payout(), treasurer()
        PayoutMethodFactory(owner=person, fingerprint=payout.method.fingerprint, retired_at=NOW)
        assert "an account of yours" in self.refused(prepared(), NotPermitted, actor=person)

    def test_is_not_for_who_alone_approved_a_payout_of_it(self, bank):
        payout, person = requested_payout(), treasurer()
        review.approve(payout_id=payout.id, version=payout.version, actor=person, at=NOW)
        assert "You alone approved 1 payout" in self.refused(prepared(), NotPermitted, actor=person)

    def test_is_not_for_staff_without_the_permission(self, bank):
        approved_payout()
        self.refused(prepared(), NotPermitted, actor=StaffFactory())

    def test_refuses_what_has_changed_since_the_dry_run(self, bank):
        payout, _ = approved_payout(), approved_payout()
        batch = prepared()
        review.call_off(
            payout_id=payout.id, version=payout.version, actor=treasurer(), reason="It was asked for.", at=NOW
        )
        assert "€179.30 in 2 were planned; €89.65 in 1 can be paid now." in self.refused(batch, Stale)

    def test_refuses_what_somebody_else_has_moved(self, bank):
        approved_payout()
        batch = prepared()
        self.refused(batch, Stale, version=batch.version + 1)

    def test_refuses_a_batch_that_pays_nobody(self, bank):
        approved_payout()
        PayoutMethod.objects.update(retired_at=NOW)
        self.refused(prepared(), NothingToPay)

    def test_happens_once(self, bank):
        approved_payout()
        batch = sent()
        with pytest.raises(WrongState):
            approve(batch_id=batch.id, version=batch.version, actor=treasurer(), at=LATER)


class TestDiscard:
    def test_frees_its_payouts(self, bank):
        payout = approved_payout()
        batch = prepared()
        discard(batch_id=batch.id, version=batch.version, actor=treasurer(), at=NOW, note="Too early.")
        assert prepared(at=LATER).items.get().payout == payout

    def test_is_too_late_once_it_is_approved(self, bank):
        approved_payout()
        batch = sent()
        with pytest.raises(WrongState):
            discard(batch_id=batch.id, version=batch.version, actor=treasurer(), at=LATER)
        assert states(batch) == [ItemState.SENT]


def test_an_item_is_planned_in_one_batch_at_a_time(bank):
    approved_payout()
    prepared()
    assert prepare(actor=None, at=LATER)[0].items.get().state == ItemState.PLANNED
    assert BatchItem.objects.filter(state=ItemState.PLANNED).count() == 1
