import pytest

from ledger.chart import (
    CREATOR_DIAMONDS_AVAILABLE,
    CREATOR_DIAMONDS_HELD,
    DIAMONDS_ISSUED,
    FEE_REVENUE,
    PAYOUT_CLEARING,
)
from ledger.operations import Transfer, post, reverse
from payouts.audit import audit_payouts
from payouts.models import PayoutRequest
from payouts.operations import settlement
from tests.factories.payouts import NOW, approved_payout, requested_payout
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db


def paid_payout():
    payout = approved_payout()
    settlement.start_remitting(payout_id=payout.id, at=NOW)
    return settlement.settle(payout_id=payout.id, at=NOW, evidence={})


class TestAuditPayouts:
    def test_finds_nothing_wrong_with_honest_payouts(self):
        requested_payout()
        returned = paid_payout()
        settlement.return_payout(payout_id=returned.id, code="AC04", at=NOW, evidence={})
        assert audit_payouts() == []

    def test_sees_diamonds_that_left_the_hold_by_another_door(self):
        payout = requested_payout()
        held = CREATOR_DIAMONDS_HELD.of(payout.creator_id)
        available = CREATOR_DIAMONDS_AVAILABLE.of(payout.creator_id)
        entry = post(kind="test_theft", key="theft", at=NOW, transfers=[Transfer(held, available, 5)])
        (finding,) = audit_payouts()
        assert f"{payout.creator_id}: 1999995 against 2000000" in str(finding)
        reverse(entry_id=entry.entry_id, key="repair", reason="test", at=NOW)

    def test_sees_diamonds_held_for_nobody_s_payout(self):
        held = CREATOR_DIAMONDS_HELD.of(CreatorFactory().pk)
        entry = post(
            kind="test_stray", key="stray", at=NOW, transfers=[Transfer(DIAMONDS_ISSUED.platform(), held, 5)]
        )
        assert [finding.check for finding in audit_payouts()] == ["what is held belongs to payouts"]
        reverse(entry_id=entry.entry_id, key="repair", reason="test", at=NOW)

    def test_sees_a_settlement_that_is_not_its_payout_s(self):
        payout = paid_payout()
        other = post(
            kind="test_other", key="other", at=NOW,
            transfers=[Transfer(PAYOUT_CLEARING.platform("EUR"), FEE_REVENUE.platform("EUR"), 1)],
        )  # fmt: skip
        mine = payout.settlement_entry_id
        PayoutRequest.objects.filter(id=payout.id).update(settlement_entry=other.entry_id)
        assert payout.reference in str(audit_payouts()[0])
        PayoutRequest.objects.filter(id=payout.id).update(settlement_entry=mine)

    def test_sees_a_return_that_reversed_something_else(self):
        payout = paid_payout()
        payout = settlement.return_payout(payout_id=payout.id, code="AC04", at=NOW, evidence={})
        mine = payout.reversal_entry_id
        PayoutRequest.objects.filter(id=payout.id).update(reversal_entry=payout.hold_entry_id)
        assert [finding.check for finding in audit_payouts()] == [
            "a returned payout reverses its own settlement"
        ]
        PayoutRequest.objects.filter(id=payout.id).update(reversal_entry=mine)
