"""Payouts of several balances at once."""

import pytest
from django.db import transaction

from ledger.chart import (
    COIN_FLOAT,
    CREATOR_CASH_HELD,
    FEE_REVENUE,
    FX,
    PAYOUT_CLEARING,
)
from ledger.queries import audit, balances, platform_balances
from ledger.units import DIAMOND
from payouts.audit import audit_payouts
from payouts.gates import largest_request
from payouts.models import PayoutLine, PayoutPolicy
from payouts.operations.requests import NotEligible, cancel, request_payout
from payouts.operations.review import approve
from payouts.operations.settlement import return_payout, settle, start_remitting
from payouts.queries import Balance, balances_of, method_in_use
from tests.factories.payouts import (
    NOW,
    PayoutMethodFactory,
    fix_rates,
    give_cash,
    give_diamonds,
    reviewer,
)
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
WHOLE = {DIAMOND: 2_000_000, "EUR": 5_000, "USD": 1_000}


@pytest.fixture
def creator():
    fix_rates()
    creator = CreatorFactory()
    PayoutMethodFactory(owner=creator)
    give_diamonds(creator, WHOLE[DIAMOND])
    give_cash(creator, "EUR", WHOLE["EUR"])
    give_cash(creator, "USD", WHOLE["USD"])
    return creator


def ask(creator, diamonds=2_000_000, **cash):
    cash = cash or {"EUR": 5_000, "USD": 1_000}
    method_id = method_in_use(creator.pk).pk
    return request_payout(creator=creator, diamonds=diamonds, cash=cash, method_id=method_id, key="k", at=NOW)


def paid(creator):
    payout = ask(creator)
    approve(payout_id=payout.id, version=payout.version, actor=reviewer(), at=NOW)
    start_remitting(payout_id=payout.id, at=NOW)
    return settle(payout_id=payout.id, at=NOW, evidence={})


class TestRequestPayout:
    def test_holds_every_balance(self, creator):
        payout = ask(creator)
        assert payout.asked == WHOLE
        assert {unit: each.held for unit, each in balances_of(creator.pk).items()} == WHOLE
        assert (payout.gross, payout.fx_fee, payout.net) == (14_949, 50, 14_864)

    def test_pays_cash_alone(self, creator):
        payout = ask(creator, 0, EUR=5_000)
        assert (payout.asked, payout.gross, payout.fx_fee, payout.net) == ({"EUR": 5_000}, 5_000, 0, 4_965)

    def test_refuses_more_cash_than_there_is(self, creator):
        before = platform_balances()
        with pytest.raises(NotEligible) as refusal:
            ask(creator, EUR=5_001)
        assert refusal.value.code == "balance"
        assert platform_balances() == before

    def test_refuses_nothing(self, creator):
        with pytest.raises(NotEligible):
            ask(creator, 0, EUR=0)

    def test_approves_by_itself_what_is_small_and_raises_no_signal(self, creator, settings):
        settings.PAYOUT_RISK_SIGNALS = {}
        PayoutPolicy.objects.filter(region="EU").update(review_above=5_000, second_approval_above=5_000)
        payout = ask(creator, 0, EUR=5_000)
        assert (payout.state, payout.events.last().code) == ("approved", "small")

    def test_has_a_person_look_at_what_raises_a_signal(self, creator):
        PayoutPolicy.objects.filter(region="EU").update(review_above=5_000, second_approval_above=5_000)
        assert ask(creator, 0, EUR=5_000).state == "in_review"


class TestSettle:
    def test_takes_each_balance_where_it_is(self, creator):
        payout = paid(creator)
        accounts = {
            COIN_FLOAT.platform("USD"): -10_000,
            FX.platform("USD"): 11_000,
            FX.platform("EUR"): -9_949,
            PAYOUT_CLEARING.platform("EUR"): payout.net,
            FEE_REVENUE.platform("EUR"): 85,
            CREATOR_CASH_HELD.of(creator.pk, "EUR"): 0,
            CREATOR_CASH_HELD.of(creator.pk, "USD"): 0,
        }
        assert balances(accounts) == accounts
        assert [*audit_payouts(), *audit()] == []


class TestGoingBack:
    def test_gives_every_balance_back_whole(self, creator):
        return_payout(payout_id=paid(creator).id, code="AC04", at=NOW, evidence={})
        assert balances_of(creator.pk) == {unit: Balance(available=parts) for unit, parts in WHOLE.items()}

    def test_does_so_when_cancelled(self, creator):
        cancel(payout_id=ask(creator).id, creator=creator, at=NOW)
        assert balances_of(creator.pk) == {unit: Balance(available=parts) for unit, parts in WHOLE.items()}


class TestLargestRequest:
    def test_takes_every_balance_up_to_the_day_s_limit(self, creator):
        assert largest_request(creator, NOW) == WHOLE
        give_diamonds(creator, 17_800_000)
        largest = largest_request(creator, NOW)
        assert largest[DIAMOND] == 19_800_000
        assert 0 < largest["EUR"] < 5_000
        assert "USD" not in largest


class TestPayoutLine:
    def test_is_kept_as_written(self, creator):
        line = ask(creator).lines.first()
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            PayoutLine.objects.filter(pk=line.pk).update(gross=1)
        with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
            line.delete()
