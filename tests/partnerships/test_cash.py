"""Cash of creators between pending, available and owed."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from ledger.chart import (
    CREATOR_CASH_AVAILABLE,
    CREATOR_CASH_OWED,
    CREATOR_CASH_PENDING,
    PROGRAMME_EXPENSE,
)
from ledger.operations import IdempotencyConflict, InsufficientFunds, Transfer, post
from ledger.queries import balance, postings_of
from partnerships import tasks
from partnerships.operations.cash import make_available, repay, take_back
from payouts.gates import failed, gates
from tests.factories.payouts import NOW, give_cash
from tests.factories.people import CreatorFactory
from tests.stories.test_bookkeeping import tables

pytestmark = pytest.mark.django_db
EXPENSE = PROGRAMME_EXPENSE.platform("EUR")


@pytest.fixture
def kim():
    return CreatorFactory()


def accrue(creator, amount: int, key: str = "accrual") -> None:
    pending = CREATOR_CASH_PENDING.of(creator.pk, "EUR")
    post(kind="test_accrual", key=key, at=NOW, transfers=[Transfer(EXPENSE, pending, amount)])


def released(creator, amount: int, key: str = "release"):
    return make_available(
        creator_id=creator.pk, currency="EUR", amount=amount, kind="test_release", key=key, at=NOW
    )


def taken(creator, amount: int, key: str = "back", **facts):
    return take_back(
        creator_id=creator.pk,
        currency="EUR",
        amount=amount,
        destination=EXPENSE,
        kind="test_back",
        key=key,
        at=NOW,
        **facts,
    )


def places(creator) -> tuple[int, int, int]:
    """Pending, available, owed."""
    kinds = CREATOR_CASH_PENDING, CREATOR_CASH_AVAILABLE, CREATOR_CASH_OWED
    return tuple(balance(kind.of(creator.pk, "EUR")) for kind in kinds)


class TestTakeBack:
    def test_takes_what_is_pending_then_what_is_available_and_leaves_a_debt(self, kim):
        accrue(kim, 500)
        give_cash(kim, "EUR", 300)
        found = taken(kim, 1_000, pending=500)
        assert (found.pending, found.available, found.owed) == (500, 300, 200)
        assert places(kim) == (0, 0, -200)

    def test_leaves_what_others_have_pending(self, kim):
        accrue(kim, 500)
        assert taken(kim, 200).owed == 200
        assert places(kim) == (500, 0, -200)

    def test_refuses_more_pending_than_there_is(self, kim):
        give_cash(kim, "EUR", 300)
        with pytest.raises(InsufficientFunds):
            taken(kim, 200, pending=100)
        assert places(kim) == (0, 300, 0)

    def test_takes_once_by_the_same_key(self, kim):
        give_cash(kim, "EUR", 300)
        assert taken(kim, 200) == taken(kim, 200)
        assert places(kim) == (0, 100, 0)
        with pytest.raises(IdempotencyConflict):
            taken(kim, 300)

    def test_is_the_story_of_the_page(self, kim):
        give_cash(kim, "EUR", 1_200)
        assert [postings_of(taken(kim, 3_000).entry_id)] == tables("B1")
        accrue(kim, 2_500)
        assert [postings_of(released(kim, 2_500).entry_id)] == tables("B2")


class TestMakeAvailable:
    def test_repays_what_is_owed_first(self, kim):
        taken(kim, 400)
        accrue(kim, 1_000)
        first = released(kim, 300, key="first")
        assert places(kim) == (700, 0, -100)
        released(kim, 700, key="second")
        assert places(kim) == (0, 600, 0)
        assert (released(kim, 300, key="first").entry_id, first.replayed) == (first.entry_id, False)
        assert places(kim) == (0, 600, 0)

    def test_refuses_the_key_of_another_amount(self, kim):
        accrue(kim, 1_000)
        released(kim, 300)
        with pytest.raises(IdempotencyConflict):
            released(kim, 400)
        assert places(kim) == (700, 300, 0)

    @pytest.mark.django_db(transaction=True)
    def test_repays_a_debt_once_in_two_threads(self, kim):
        taken(kim, 400)
        accrue(kim, 1_000)

        def release(key):
            try:
                released(kim, 500, key=key)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(release, ("first", "second")))
        assert places(kim) == (0, 600, 0)


class TestRepay:
    def test_moves_what_came_back_to_the_debt(self, kim):
        taken(kim, 400)
        give_cash(kim, "EUR", 150)
        tasks.repay_cash_debts()
        assert places(kim) == (0, 0, -250)
        give_cash(kim, "EUR", 150, at=NOW + dt.timedelta(days=1))
        assert repay(creator_id=kim.pk, currency="EUR", at=NOW) == 150
        assert repay(creator_id=kim.pk, currency="EUR", at=NOW) == 0
        assert places(kim) == (0, 0, -100)


class TestTheDebtGate:
    def test_stops_the_currency_that_is_owed_alone(self, kim):
        taken(kim, 400)
        give_cash(kim, "EUR", 100)
        give_cash(kim, "USD", 100)
        assert "debt" in {gate.code for gate in failed(gates(kim, NOW, {"EUR": 100}))}
        assert "debt" not in {gate.code for gate in failed(gates(kim, NOW, {"USD": 100}))}
