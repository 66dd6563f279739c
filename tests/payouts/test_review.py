import pytest

from ledger.queries import platform_balances
from payouts.models import PayoutMethod, PayoutPolicy
from payouts.operations import review, settlement
from payouts.operations.moves import MethodRetired, Stale, UnknownPayout, WrongState
from payouts.queries import diamonds_of
from payouts.states import State
from tests.factories.payouts import NOW, approved_payout, requested_payout, reviewer
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db


def decide(what, payout, actor=None, **more):
    if what in (review.reject, review.hold, review.call_off):
        more.setdefault("reason", "Your name is not that of the account.")
    facts = {"payout_id": payout.id, "version": payout.version, "actor": actor or reviewer(), "at": NOW}
    return what(**facts | more)


def failed_payout():
    payout = approved_payout()
    settlement.start_remitting(payout_id=payout.id, at=NOW)
    return settlement.fail(payout_id=payout.id, code="AM04", at=NOW, evidence={})


DECISIONS = [review.approve, review.reject, review.hold, review.resume, review.retry, review.call_off]


class TestEveryDecision:
    @pytest.mark.parametrize("decision", DECISIONS)
    def test_is_for_permitted_staff(self, decision):
        payout = requested_payout()
        for person in (StaffFactory(), CreatorFactory(), reviewer(is_staff=False), reviewer(is_active=False)):
            with pytest.raises(review.NotPermitted, match="permission"):
                decide(decision, payout, person)

    @pytest.mark.parametrize("decision", DECISIONS)
    def test_is_never_about_one_s_own_payout(self, decision):
        person = reviewer(is_creator=True)
        payout = requested_payout(person)
        with pytest.raises(review.NotPermitted, match="own payout"):
            decide(decision, payout, person)

    @pytest.mark.parametrize("decision", DECISIONS)
    def test_is_made_on_the_version_that_was_read(self, decision):
        payout = requested_payout()
        with pytest.raises(Stale):
            decide(decision, payout, version=payout.version - 1)

    @pytest.mark.parametrize("decision", DECISIONS)
    def test_is_about_a_payout_that_there_is(self, decision):
        with pytest.raises(UnknownPayout):
            decide(decision, requested_payout(), payout_id=CreatorFactory().pk)

    @pytest.mark.parametrize("decision", [review.reject, review.hold])
    def test_that_stops_it_needs_a_reason(self, decision):
        payout = requested_payout()
        with pytest.raises(review.MissingReason):
            decide(decision, payout, reason=" ")

    @pytest.mark.parametrize("decision", DECISIONS)
    def test_comes_too_late_for_what_is_paid(self, decision):
        payout = approved_payout()
        settlement.start_remitting(payout_id=payout.id, at=NOW)
        payout = settlement.settle(payout_id=payout.id, at=NOW, evidence={})
        before = platform_balances()
        with pytest.raises(WrongState):
            decide(decision, payout)
        assert platform_balances() == before


class TestApprove:
    def test_moves_no_money_and_names_who(self):
        payout, actor = requested_payout(), reviewer()
        before = platform_balances()
        payout = decide(review.approve, payout, actor, internal_note="Known for years.")
        assert payout.state == State.APPROVED
        event = payout.events.last()
        assert (event.actor, event.internal_note, event.public_reason) == (actor, "Known for years.", "")
        assert platform_balances() == before


class TestApproveOfALargeAmount:
    @pytest.fixture(autouse=True)
    def _low_threshold(self, db):
        PayoutPolicy.objects.filter(region="EU").update(second_approval_above=9_044)

    def test_needs_two_people(self):
        first = reviewer()
        payout = decide(review.approve, requested_payout(), first)
        assert (payout.state, payout.first_approved_by) == (State.IN_REVIEW, first)
        with pytest.raises(review.NotPermitted, match="someone else"):
            decide(review.approve, payout, first)
        assert decide(review.approve, payout).state == State.APPROVED

    def test_begins_anew_after_a_hold(self):
        payout = decide(review.approve, requested_payout())
        payout = decide(review.resume, decide(review.hold, payout))
        assert decide(review.approve, payout).state == State.IN_REVIEW

    def test_is_one_person_s_at_the_amount_itself(self):
        PayoutPolicy.objects.filter(region="EU").update(second_approval_above=9_045)
        assert decide(review.approve, requested_payout()).state == State.APPROVED


class TestReject:
    @pytest.mark.parametrize("held_before", [False, True])
    def test_gives_everything_back_and_says_why(self, held_before):
        payout = requested_payout()
        if held_before:
            payout = decide(review.hold, payout)
        payout = decide(review.reject, payout, reason=" Not yours. ", internal_note="Fraud?")
        assert payout.state == State.REJECTED
        assert payout.events.last().public_reason == "Not yours."
        balances = diamonds_of(payout.creator_id)
        assert (balances.available, balances.held) == (payout.diamonds, 0)


class TestHold:
    def test_keeps_the_diamonds_held(self):
        payout = decide(review.hold, requested_payout())
        assert payout.state == State.ON_HOLD
        assert diamonds_of(payout.creator_id).held == payout.diamonds

    def test_ends_with_resume(self):
        payout = decide(review.resume, decide(review.hold, requested_payout()))
        assert payout.state == State.IN_REVIEW


class TestRetry:
    def test_needs_no_second_approval(self):
        PayoutPolicy.objects.filter(region="EU").update(second_approval_above=0)
        payout = decide(review.approve, decide(review.approve, requested_payout()))
        settlement.start_remitting(payout_id=payout.id, at=NOW)
        payout = settlement.fail(payout_id=payout.id, code="AM04", at=NOW, evidence={})
        assert decide(review.retry, payout).state == State.APPROVED

    def test_is_not_for_an_account_that_was_removed(self):
        payout = failed_payout()
        PayoutMethod.objects.update(retired_at=NOW)
        with pytest.raises(MethodRetired, match=payout.reference):
            decide(review.retry, payout)
        payout.refresh_from_db()
        assert payout.state == State.FAILED
        assert diamonds_of(payout.creator_id).held == payout.diamonds

    @pytest.mark.parametrize("made", [requested_payout, approved_payout])
    def test_is_for_what_failed_alone(self, made):
        payout = made()
        with pytest.raises(WrongState):
            decide(review.retry, payout)
        assert diamonds_of(payout.creator_id).held == payout.diamonds

    def test_is_paid_once_after_all(self):
        payout = decide(review.retry, failed_payout())
        settlement.start_remitting(payout_id=payout.id, at=NOW)
        settlement.settle(payout_id=payout.id, at=NOW, evidence={})
        assert platform_balances()["platform.diamonds.redeemed", "DIAMOND"] == payout.diamonds


class TestCallOff:
    @pytest.mark.parametrize("made", [approved_payout, failed_payout])
    def test_gives_everything_back_once(self, made):
        payout = decide(review.call_off, made())
        assert payout.state == State.CANCELLED
        assert diamonds_of(payout.creator_id).available == payout.diamonds
        with pytest.raises(WrongState):
            decide(review.call_off, payout)
        assert diamonds_of(payout.creator_id).available == payout.diamonds

    def test_is_not_for_what_waits_for_review(self):
        payout = requested_payout()
        with pytest.raises(WrongState):
            decide(review.call_off, payout)
        assert diamonds_of(payout.creator_id).held == payout.diamonds

    @pytest.mark.parametrize("made", [approved_payout, failed_payout])
    def test_needs_a_reason(self, made):
        payout = made()
        with pytest.raises(review.MissingReason):
            decide(review.call_off, payout, reason=" ")
        assert diamonds_of(payout.creator_id).held == payout.diamonds
