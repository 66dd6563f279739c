import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from ledger.operations import IdempotencyConflict
from ledger.queries import platform_balances
from ledger.units import DIAMOND
from payouts.models import PayoutMethod, PayoutPolicy, PayoutRequest
from payouts.operations import requests
from payouts.operations.moves import UnknownPayout, WrongState
from payouts.operations.requests import (
    NotEligible,
    QuoteChanged,
    UnusableMethod,
    cancel,
    request_payout,
)
from payouts.operations.review import hold
from payouts.queries import Balance, diamonds_of
from payouts.states import MOVES, OPEN, State
from tests.factories.payouts import (
    NOW,
    PayoutMethodFactory,
    approved_payout,
    give_diamonds,
    requested_payout,
    reviewer,
)
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
WHOLE = 2_000_000


def ask(creator, diamonds=WHOLE, *, key="k", at=NOW, method=None, **more):
    method = method or PayoutMethod.objects.get(owner=creator)
    return request_payout(creator=creator, diamonds=diamonds, method_id=method.pk, key=key, at=at, **more)


class TestRequestPayout:
    def test_holds_the_diamonds_and_waits_for_review(self, creator):
        payout = ask(creator)
        assert payout.state == State.IN_REVIEW
        assert diamonds_of(creator.pk) == Balance(pending=0, available=0, held=WHOLE)

    def test_keeps_the_quote(self, creator):
        payout = ask(creator)
        assert (payout.gross_usd, payout.gross, payout.fx_fee, payout.fee, payout.tax, payout.net) == (
            10_000, 9_045, 45, 35, 0, 8_965,
        )  # fmt: skip
        (line,) = payout.lines.all()
        assert (line.unit, line.amount, line.worth, line.gross) == (DIAMOND, WHOLE, 10_000, 9_045)
        assert (payout.currency, line.fx_source, line.fx_rate) == ("EUR", "set", Decimal("0.9045"))

    def test_writes_who_did_what(self, creator):
        events = [(event.from_state, event.to_state, event.actor) for event in ask(creator).events.all()]
        assert events == [("", "requested", creator), ("requested", "in_review", None)]

    def test_notes_what_a_reviewer_should_know(self, creator):
        assert list(ask(creator).signals.values_list("label", flat=True)) == ["First payout"]

    def test_happens_once_for_a_key(self, creator):
        assert ask(creator) == ask(creator)
        assert diamonds_of(creator.pk).held == WHOLE

    def test_refuses_a_key_that_meant_something_else(self, creator):
        ask(creator, WHOLE - 100)
        before = platform_balances()
        with pytest.raises(IdempotencyConflict):
            ask(creator, WHOLE)
        assert platform_balances() == before

    def test_keeps_the_keys_of_two_creators_apart(self, creator):
        other = CreatorFactory()
        PayoutMethodFactory(owner=other)
        give_diamonds(other, WHOLE)
        assert ask(creator) != ask(other)

    @pytest.mark.parametrize(
        ("diamonds", "code", "words"),
        [
            (WHOLE + 1, "balance", "You have 20,000.00 diamonds available. Choose a smaller amount."),
            (900_000, "minimum", "The minimum is €45.00; this is worth €40.70."),
        ],
    )
    def test_refuses_with_the_closed_gate_and_moves_nothing(self, creator, diamonds, code, words):
        before = platform_balances()
        with pytest.raises(NotEligible, match=words) as refusal:
            ask(creator, diamonds)
        assert refusal.value.code == code
        assert list(refusal.value.errors) == [code]
        assert platform_balances() == before
        assert not PayoutRequest.objects.exists()

    def test_refuses_a_second_one_while_one_is_open(self, creator):
        payout = ask(creator, 1_000_000)
        before = platform_balances()
        with pytest.raises(NotEligible, match=payout.reference) as refusal:
            ask(creator, 1_000_000, key="other")
        assert refusal.value.code == "open_payout"
        assert platform_balances() == before

    def test_refuses_a_method_in_its_lock(self, creator):
        PayoutMethod.objects.update(usable_from=NOW + dt.timedelta(hours=1))
        with pytest.raises(NotEligible) as refusal:
            ask(creator)
        assert refusal.value.code == "method_lock"
        assert diamonds_of(creator.pk).available == WHOLE

    def test_refuses_another_s_method(self, creator):
        with pytest.raises(UnusableMethod):
            ask(creator, method=PayoutMethodFactory())
        assert diamonds_of(creator.pk).available == WHOLE

    def test_refuses_diamonds_that_were_spent_meanwhile(self, creator, monkeypatch):
        before = platform_balances()
        answers = iter([[], requests.gates(creator, NOW, {DIAMOND: WHOLE + 1})])
        monkeypatch.setattr(requests, "gates", lambda *_: next(answers))
        with pytest.raises(NotEligible) as refusal:
            ask(creator, diamonds=WHOLE + 1)
        assert refusal.value.code == "balance"
        assert platform_balances() == before

    def test_refuses_another_net_than_was_agreed(self, creator):
        with pytest.raises(QuoteChanged, match=r"would bring €89\.65 now, not the €"):
            ask(creator, accepted_net=9_000)
        assert diamonds_of(creator.pk).available == WHOLE
        assert ask(creator, accepted_net=8_965).net == 8_965

    def test_keeps_its_terms_when_they_change_later(self, creator):
        payout = ask(creator)
        terms = PayoutPolicy.objects.filter(region="EU").values().get() | {
            "id": uuid.uuid4(), "effective_at": NOW, "fee_fixed": 500,
        }  # fmt: skip
        PayoutPolicy.objects.create(**terms)
        payout.refresh_from_db()
        assert (payout.fee, payout.policy.fee_fixed) == (35, 35)


class TestPayoutRequest:
    @pytest.mark.parametrize(
        "nonsense", [{"net": 8_964}, {"net": 0, "gross": 80}, {"state": "lost"}, {"state": "paid"}]
    )
    def test_can_t_hold_nonsense(self, creator, nonsense):
        payout = ask(creator)
        with pytest.raises(IntegrityError), transaction.atomic():
            PayoutRequest.objects.filter(id=payout.id).update(**nonsense)

    def test_keeps_its_events_as_written(self, creator):
        event = ask(creator).events.first()
        event.public_reason = "Rewritten."
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            event.save()
        with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
            event.delete()


class TestCancel:
    def test_gives_everything_back_once(self, creator):
        payout = ask(creator)
        for _ in range(2):
            cancel(payout_id=payout.id, creator=creator, at=NOW)
        assert diamonds_of(creator.pk) == Balance(pending=0, available=WHOLE, held=0)
        assert payout.events.filter(to_state=State.CANCELLED).count() == 1

    def test_frees_the_place_for_another(self, creator):
        cancel(payout_id=ask(creator).id, creator=creator, at=NOW)
        assert ask(creator, key="other").state == State.IN_REVIEW

    def test_is_possible_while_on_hold(self, creator):
        payout = ask(creator)
        hold(payout_id=payout.id, version=payout.version, actor=reviewer(), reason="Who are you?", at=NOW)
        assert cancel(payout_id=payout.id, creator=creator, at=NOW).state == State.CANCELLED

    def test_comes_too_late_after_approval(self):
        payout = approved_payout()
        before = platform_balances()
        with pytest.raises(WrongState, match="only before approval"):
            cancel(payout_id=payout.id, creator=payout.creator, at=NOW)
        assert platform_balances() == before

    def test_knows_no_one_else_s(self):
        payout = requested_payout()
        with pytest.raises(UnknownPayout):
            cancel(payout_id=payout.id, creator=CreatorFactory(), at=NOW)


class TestMoves:
    def test_name_every_state(self):
        assert set(MOVES) == set(State)

    def test_lead_from_every_open_state_to_an_end(self):
        for state in OPEN:
            seen, waiting = set(), {state}
            while waiting:
                seen |= waiting
                waiting = {to for each in waiting for to in MOVES[each]} - seen
            assert seen - OPEN
