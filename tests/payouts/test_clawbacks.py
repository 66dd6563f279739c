"""What creators give back, and the debts that remain of it."""

import datetime as dt

import pytest
from django.urls import reverse

from ledger.chart import (
    CLAWBACK_RECOVERIES,
    COIN_FLOAT,
    CREATOR_DIAMONDS_AVAILABLE,
    CREATOR_DIAMONDS_HELD,
    CREATOR_DIAMONDS_OWED,
)
from ledger.queries import balance, platform_balances
from payouts import tasks
from payouts.audits.clawbacks import audit_clawbacks
from payouts.gates import failed, gates
from payouts.models import Clawback, PayoutPolicy
from payouts.operations.clawbacks import (
    TooMuch,
    UnknownClawback,
    claim_disputed,
    claw_back,
    repay,
    withdraw,
    withdraw_disputed,
)
from payouts.operations.moves import Stale, WrongState
from payouts.operations.requests import NotEligible, request_payout
from payouts.operations.review import MissingReason, NotPermitted, approve, reject
from payouts.operations.settlement import return_payout
from payouts.states import State
from tests.factories.clawbacks import LATER, WHY, clawed
from tests.factories.payouts import (
    NOW,
    approved_payout,
    give_diamonds,
    paid_payout,
    requested_payout,
    reviewer,
)
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
RECOVERED = CLAWBACK_RECOVERIES.platform("USD")


def places(creator_id) -> tuple[int, int, int]:
    """Available, held, owed."""
    kinds = CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_HELD, CREATOR_DIAMONDS_OWED
    return tuple(balance(kind.of(creator_id)) for kind in kinds)


@pytest.fixture
def paid():
    return paid_payout()


class TestClawBack:
    def test_takes_what_is_available_and_leaves_a_debt(self, paid):
        give_diamonds(paid.creator, 500_000, at=LATER)
        float_before = balance(COIN_FLOAT.platform("USD"))
        clawback = clawed(paid)
        assert (clawback.diamonds, clawback.taken, clawback.owed) == (2_000_000, 500_000, 1_500_000)
        assert places(paid.creator_id) == (0, 0, -1_500_000)
        # 5,000 diamonds will not be paid: 25 dollars need not be held for them.
        assert balance(RECOVERED) == 2_500
        assert balance(COIN_FLOAT.platform("USD")) == float_before - 2_500

    def test_takes_all_of_it_where_enough_is_available(self, paid):
        give_diamonds(paid.creator, 3_000_000, at=LATER)
        assert clawed(paid).owed == 0
        assert places(paid.creator_id) == (1_000_000, 0, 0)

    def test_leaves_the_payout_paid_and_notes_who_did_it(self, paid):
        actor = reviewer()
        clawed(paid, actor=actor)
        paid.refresh_from_db()
        event = paid.events.last()
        assert (paid.state, event.code, event.actor) == (State.PAID, "clawback", actor)

    def test_takes_a_part(self, paid):
        assert clawed(paid, diamonds=1).diamonds == 1

    @pytest.mark.parametrize("diamonds", [0, -1, 1_500_001])
    def test_refuses_more_than_is_left_of_it(self, paid, diamonds):
        clawed(paid, diamonds=500_000)
        before = platform_balances()
        with pytest.raises(TooMuch, match=r"15,000\.00 diamonds of this payout can still"):
            clawed(paid, diamonds=diamonds)
        assert platform_balances() == before

    def test_refuses_without_a_reason(self, paid):
        before = platform_balances()
        with pytest.raises(MissingReason):
            claw_back(payout_id=paid.id, version=paid.version, actor=reviewer(), reason=" ", at=LATER)
        assert platform_balances() == before

    def test_refuses_those_who_may_not_and_the_creator_themselves(self, paid):
        stranger = reviewer()
        stranger.user_permissions.clear()
        own = paid.creator
        own.is_staff = own.is_superuser = True
        before = platform_balances()
        for actor in (stranger, own):
            with pytest.raises(NotPermitted):
                clawed(paid, actor=actor)
        assert platform_balances() == before

    def test_refuses_what_was_read_before_it_changed(self, paid):
        version = paid.version
        clawed(paid, diamonds=1)
        with pytest.raises(Stale):
            claw_back(payout_id=paid.id, version=version, actor=reviewer(), reason=WHY, at=LATER)

    def test_refuses_one_that_is_not_paid_with_the_table_s_words(self):
        payout = approved_payout()
        before = platform_balances()
        with pytest.raises(WrongState, match=r"nothing was paid\. Cancel it"):
            clawed(payout)
        assert platform_balances() == before

    def test_refuses_one_that_came_back(self, paid):
        return_payout(payout_id=paid.id, code="AC04", at=LATER, evidence={})
        with pytest.raises(WrongState, match="it came back"):
            clawed(paid)
        assert places(paid.creator_id) == (2_000_000, 0, 0)


class TestWhatIsUnderWayMeanwhile:
    def test_stays_held_and_must_be_read_again(self, paid):
        open_one = requested_payout(paid.creator, at=LATER)
        clawback = clawed(paid)
        assert clawback.owed == 2_000_000
        assert places(paid.creator_id) == (0, 2_000_000, -2_000_000)
        with pytest.raises(Stale):
            approve(payout_id=open_one.id, version=open_one.version, actor=reviewer(), at=LATER)
        open_one.refresh_from_db()
        assert "owes 20,000.00 diamonds" in open_one.events.last().internal_note

    def test_repays_once_it_is_rejected(self, paid):
        open_one = requested_payout(paid.creator, at=LATER)
        clawed(paid)
        open_one.refresh_from_db()
        reject(payout_id=open_one.id, version=open_one.version, actor=reviewer(), reason="Debt.", at=LATER)
        tasks.repay_debts()
        assert places(paid.creator_id) == (0, 0, 0)


class TestRepay:
    def test_pays_the_oldest_debt_first_and_as_far_as_it_goes(self, paid):
        first, second = clawed(paid, diamonds=300_000), clawed(paid, diamonds=200_000)
        give_diamonds(paid.creator, 400_000, at=LATER)
        assert repay(creator_id=paid.creator_id, at=LATER) == 400_000
        assert [Clawback.objects.get(pk=each.pk).owed for each in (first, second)] == [0, 100_000]
        assert places(paid.creator_id) == (0, 0, -100_000)

    def test_relieves_the_float_of_what_the_whole_was_worth_however_small_the_parts(self, paid):
        clawback = clawed(paid, diamonds=1_000)  # ten diamonds: five cents
        for number in range(4):
            give_diamonds(paid.creator, 250, at=LATER, key=f"earned:{number}")
            repay(creator_id=paid.creator_id, at=LATER)
        assert clawback.repayments.count() == 4
        assert balance(RECOVERED) == 5

    def test_leaves_what_is_not_owed(self, paid):
        clawed(paid, diamonds=100)
        give_diamonds(paid.creator, 250, at=LATER)
        assert repay(creator_id=paid.creator_id, at=LATER) == 100
        assert repay(creator_id=paid.creator_id, at=LATER) == 0
        assert places(paid.creator_id) == (150, 0, 0)

    def test_is_swept_creator_by_creator(self, paid, monkeypatch):
        other = paid_payout(at=NOW + dt.timedelta(days=1))
        for payout in (paid, other):
            clawed(payout, diamonds=100)
            give_diamonds(payout.creator, 100, at=LATER)
        monkeypatch.setattr(tasks, "debtors", lambda: [None, paid.creator_id, other.creator_id])
        tasks.repay_debts()
        assert not Clawback.objects.filter(owed__gt=0).exists()


class TestTheGate:
    def test_is_closed_while_something_is_owed(self, paid):
        clawed(paid, diamonds=100)
        give_diamonds(paid.creator, 2_000_000, at=LATER, key="earned")
        closed = failed(gates(paid.creator, LATER))
        assert [(gate.code, gate.url) for gate in closed] == [("debt", reverse("payouts:clawbacks"))]
        before = platform_balances()
        with pytest.raises(NotEligible, match=r"You owe 1.00 diamond\."):
            request_payout(
                creator=paid.creator, diamonds=2_000_000, method_id=paid.method_id, key="k", at=LATER
            )
        assert platform_balances() == before
        repay(creator_id=paid.creator_id, at=LATER)
        assert "debt" not in {gate.code for gate in gates(paid.creator, LATER)}


class TestWithdraw:
    def test_gives_back_all_that_was_taken_and_repaid(self, paid):
        give_diamonds(paid.creator, 500_000, at=LATER, key="before")
        clawback = clawed(paid)
        give_diamonds(paid.creator, 700_000, at=LATER, key="after")
        repay(creator_id=paid.creator_id, at=LATER)
        done = withdraw(clawback_id=clawback.id, actor=reviewer(), reason="Our mistake.", at=LATER)
        assert (done.owed, done.withdrawn_at) == (0, LATER)
        assert places(paid.creator_id) == (1_200_000, 0, 0)
        assert balance(RECOVERED) == 0

    def test_happens_once(self, paid):
        clawback = clawed(paid)
        for _ in range(2):
            withdraw(clawback_id=clawback.id, actor=reviewer(), reason="Our mistake.", at=LATER)
        assert places(paid.creator_id) == (0, 0, 0)

    def test_lets_it_be_claimed_anew(self, paid):
        withdraw(clawback_id=clawed(paid).id, actor=reviewer(), reason="Our mistake.", at=LATER)
        assert clawed(paid).diamonds == 2_000_000

    def test_refuses_those_who_may_not_those_without_a_reason_and_what_is_unknown(self, paid):
        clawback = clawed(paid)
        before = platform_balances()
        with pytest.raises(NotPermitted):
            withdraw(clawback_id=clawback.id, actor=paid.creator, reason="Mine.", at=LATER)
        with pytest.raises(MissingReason):
            withdraw(clawback_id=clawback.id, actor=reviewer(), reason="", at=LATER)
        with pytest.raises(UnknownClawback):
            withdraw(clawback_id=paid.id, actor=reviewer(), reason="Wrong id.", at=LATER)
        assert platform_balances() == before


class TestClaimDisputed:
    @pytest.fixture
    def creator(self):
        PayoutPolicy.objects.filter(region="EU").update(claws_back_disputes=True)
        return CreatorFactory()

    def claim(self, creator):
        return claim_disputed(creator=creator, claims={"recovery": 100}, at=LATER, lost_at=LATER)

    def test_claims_once(self, creator):
        give_diamonds(creator, 60, at=LATER)
        assert self.claim(creator)
        assert self.claim(creator)
        assert places(creator.pk) == (0, 0, -40)

    def test_claims_nothing_where_the_terms_say_so(self, creator):
        PayoutPolicy.objects.update(claws_back_disputes=False)
        before = platform_balances()
        assert not self.claim(creator)
        assert platform_balances() == before

    def test_is_withdrawn_with_the_dispute(self, creator):
        self.claim(creator)
        for _ in range(2):
            withdraw_disputed(keys=["recovery"], at=LATER)
        withdraw_disputed(keys=["another"], at=LATER)
        assert places(creator.pk) == (0, 0, 0)


class TestTheAudit:
    def test_sees_a_debt_that_is_not_booked(self, paid):
        clawback = clawed(paid)
        Clawback.objects.filter(pk=clawback.pk).update(owed=1)
        checks = {finding.check for finding in audit_clawbacks()}
        assert checks == {
            "debts are those of clawbacks",
            "a clawback is taken, owed and repaid",
        }
        Clawback.objects.filter(pk=clawback.pk).update(owed=clawback.owed)

    def test_sees_one_that_was_withdrawn_on_paper_only(self, paid):
        give_diamonds(paid.creator, 2_000_000, at=LATER)
        clawback = clawed(paid)
        Clawback.objects.filter(pk=clawback.pk).update(withdrawn_at=LATER)
        assert [finding.check for finding in audit_clawbacks()] == ["a withdrawn clawback is reversed whole"]
        Clawback.objects.filter(pk=clawback.pk).update(withdrawn_at=None)
