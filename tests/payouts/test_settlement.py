import pytest

from ledger.chart import (
    COIN_FLOAT,
    CREATOR_DIAMONDS_AVAILABLE,
    CREATOR_DIAMONDS_HELD,
    DIAMONDS_REDEEMED,
    FEE_REVENUE,
    FX,
    PAYOUT_CLEARING,
)
from ledger.queries import balances, platform_balances
from payouts import rails
from payouts.models import PayoutEvent, PayoutPolicy
from payouts.operations import settlement
from payouts.operations.methods import retire_method
from payouts.operations.moves import MethodRetired, UnknownPayout, WrongState
from payouts.states import State
from tests.factories.payouts import NOW, approved_payout

pytestmark = pytest.mark.django_db
EVIDENCE = {"statement": "1"}


def diamonds_of(payout):
    available = CREATOR_DIAMONDS_AVAILABLE.of(payout.creator_id)
    held = CREATOR_DIAMONDS_HELD.of(payout.creator_id)
    found = balances([available, held])
    return found[available], found[held]


def remitting_payout():
    return settlement.start_remitting(payout_id=approved_payout().id, at=NOW)


def paid_payout():
    return settlement.settle(payout_id=remitting_payout().id, at=NOW, evidence=EVIDENCE)


class TestStartRemitting:
    def test_moves_an_approved_payout_and_no_money(self):
        payout = approved_payout()
        before = platform_balances()
        settlement.start_remitting(payout_id=payout.id, at=NOW)
        payout.refresh_from_db()
        assert payout.state == State.REMITTING
        assert platform_balances() == before

    def test_happens_once(self):
        payout = remitting_payout()
        again = settlement.start_remitting(payout_id=payout.id, at=NOW)
        assert again.version == payout.version

    def test_refuses_a_method_that_was_retired(self):
        payout = approved_payout()
        payout.method.retired_at = NOW
        payout.method.save()
        with pytest.raises(MethodRetired):
            settlement.start_remitting(payout_id=payout.id, at=NOW)
        payout.refresh_from_db()
        assert payout.state == State.APPROVED

    def test_refuses_a_payout_that_is_paid(self):
        payout = paid_payout()
        with pytest.raises(WrongState):
            settlement.start_remitting(payout_id=payout.id, at=NOW)

    def test_knows_no_other_payouts(self):
        with pytest.raises(UnknownPayout):
            settlement.start_remitting(payout_id=approved_payout().creator_id, at=NOW)


class TestSettle:
    def test_redeems_the_diamonds_and_books_every_line(self):
        payout = paid_payout()
        assert payout.state == State.PAID
        assert diamonds_of(payout) == (0, 0)
        accounts = {
            DIAMONDS_REDEEMED.platform(): 2_000_000,
            COIN_FLOAT.platform("USD"): -10_000,
            FX.platform("USD"): 10_000,
            FX.platform("EUR"): -9_045,
            PAYOUT_CLEARING.platform("EUR"): 8_965,
            FEE_REVENUE.platform("EUR"): 80,
        }
        assert balances(accounts) == accounts

    def test_happens_once(self):
        payout = paid_payout()
        before = platform_balances()
        assert settlement.settle(payout_id=payout.id, at=NOW, evidence={}).version == payout.version
        assert platform_balances() == before

    def test_keeps_the_evidence(self):
        assert paid_payout().events.get(to_state=State.PAID).evidence == EVIDENCE

    def test_pays_dollars_without_changing_them(self, monkeypatch):
        PayoutPolicy.objects.filter(region="EU").update(currency="USD")
        monkeypatch.setattr(rails, "reach", lambda **_: True)
        payout = remitting_payout()
        settlement.settle(payout_id=payout.id, at=NOW, evidence=EVIDENCE)
        accounts = {
            COIN_FLOAT.platform("USD"): -10_000,
            FX.platform("USD"): 0,
            PAYOUT_CLEARING.platform("USD"): 9_965,
            FEE_REVENUE.platform("USD"): 35,
        }
        assert balances(accounts) == accounts

    @pytest.mark.parametrize("lines", [{"fee": 36}, {"currency": "USD"}])
    def test_refuses_lines_that_don_t_add_up(self, lines):
        payout = remitting_payout()
        for name, value in lines.items():
            setattr(payout, name, value)
        with pytest.raises(settlement.UnbalancedLines):
            settlement.settlement_transfers(payout)

    def test_refuses_what_was_never_sent(self):
        payout = approved_payout()
        before = platform_balances()
        with pytest.raises(WrongState):
            settlement.settle(payout_id=payout.id, at=NOW, evidence={})
        assert platform_balances() == before

    def test_stays_settled_when_told_again_after_a_return(self):
        payout = paid_payout()
        settlement.return_payout(payout_id=payout.id, code="AC04", at=NOW, evidence={})
        assert settlement.settle(payout_id=payout.id, at=NOW, evidence={}).state == State.RETURNED


class TestFail:
    def test_keeps_the_diamonds_held_for_a_retry(self):
        payout = settlement.fail(
            payout_id=remitting_payout().id, code="AC01", at=NOW, evidence=EVIDENCE, reason="Unknown account."
        )
        assert payout.state == State.FAILED
        assert diamonds_of(payout) == (0, 2_000_000)
        event = payout.events.last()
        assert (event.code, event.public_reason, event.evidence) == ("AC01", "Unknown account.", EVIDENCE)

    def test_gives_the_diamonds_back_whole_when_final(self):
        payout = settlement.fail(
            payout_id=remitting_payout().id, code="AC04", at=NOW, evidence={}, final=True
        )
        assert payout.state == State.CANCELLED
        assert diamonds_of(payout) == (2_000_000, 0)

    def test_is_final_once_the_account_was_removed(self):
        payout = remitting_payout()
        retire_method(owner=payout.creator, method_id=payout.method_id, at=NOW)
        for _ in range(2):
            payout = settlement.fail(payout_id=payout.id, code="AM04", at=NOW, evidence=EVIDENCE)
        assert payout.state == State.CANCELLED
        assert diamonds_of(payout) == (2_000_000, 0)

    @pytest.mark.parametrize("final", [True, False])
    def test_happens_once(self, final):
        payout = remitting_payout()
        for _ in range(2):
            settlement.fail(payout_id=payout.id, code="AC04", at=NOW, evidence={}, final=final)
        assert PayoutEvent.objects.filter(payout=payout, to_state=State.FAILED).count() == 1

    def test_refuses_a_payout_that_is_paid(self):
        payout = paid_payout()
        before = platform_balances()
        with pytest.raises(WrongState):
            settlement.fail(payout_id=payout.id, code="AC04", at=NOW, evidence={}, final=True)
        assert platform_balances() == before


class TestReturnPayout:
    def test_reverses_the_settlement_and_frees_the_diamonds_once(self):
        payout = paid_payout()
        for _ in range(2):
            settlement.return_payout(payout_id=payout.id, code="AC04", at=NOW, evidence=EVIDENCE)
        assert diamonds_of(payout) == (2_000_000, 0)
        assert set(platform_balances().values()) == {0, 2_000_000, -2_000_000}
        assert PayoutEvent.objects.filter(payout=payout, to_state=State.RETURNED).count() == 1

    def test_refuses_a_payout_that_is_not_paid(self):
        payout = remitting_payout()
        with pytest.raises(WrongState):
            settlement.return_payout(payout_id=payout.id, code="AC04", at=NOW, evidence={})
