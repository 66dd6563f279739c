"""Whatever is posted, reversed and folded, in whatever order: a model of four lines agrees with the books."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ledger import operations, queries
from ledger.chart import (
    COINS_ISSUED,
    COINS_REDEEMED,
    CREATOR_DIAMONDS_AVAILABLE,
    CREATOR_DIAMONDS_PENDING,
    DIAMONDS_ISSUED,
    VIEWER_COINS,
)
from tests.examples import examples
from tests.factories.people import CreatorFactory, UserFactory

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


class LedgerMachine(RuleBasedStateMachine):
    gifts = Bundle("gifts")

    @initialize()
    def open(self):
        self.savepoint = transaction.savepoint()
        viewers = [VIEWER_COINS.of(UserFactory().pk) for _ in range(2)]
        creator = CreatorFactory().pk
        self.viewers = viewers
        self.pending = CREATOR_DIAMONDS_PENDING.of(creator)
        self.available = CREATOR_DIAMONDS_AVAILABLE.of(creator)
        self.expected = dict.fromkeys([*viewers, self.pending, self.available], 0)
        self.posted = 0

    def _post(self, moves, **facts):
        """Post the moves and expect them, or expect a refusal that changes nothing."""
        self.posted += 1
        transfers = [operations.Transfer(*move) for move in moves]
        after = dict(self.expected)
        for source, destination, amount in moves:
            for account, change in ((source, -amount), (destination, amount)):
                if account in after:
                    after[account] += change
        try:
            with transaction.atomic():
                posted = operations.post(key=f"entry {self.posted}", at=NOON, transfers=transfers, **facts)
        except operations.InsufficientFunds:
            assert min(after.values()) < 0
            return None
        assert min(after.values()) >= 0
        self.expected = after
        return posted.entry_id

    @rule(viewer=st.integers(0, 1), coins=st.integers(1, 50))
    def buy(self, viewer, coins):
        self._post([(COINS_ISSUED.platform(), self.viewers[viewer], coins)], kind="issue")

    @rule(target=gifts, viewer=st.integers(0, 1), coins=st.integers(1, 60))
    def give(self, viewer, coins):
        moves = [
            (self.viewers[viewer], COINS_REDEEMED.platform(), coins),
            (DIAMONDS_ISSUED.platform(), self.pending, coins * 100),
        ]
        return self._post(moves, kind="present"), self.viewers[viewer], coins

    @rule(diamonds=st.integers(1, 4000))
    def release(self, diamonds):
        self._post([(self.pending, self.available, diamonds)], kind="release")

    @rule(gift=consumes(gifts))
    def undo(self, gift):
        entry, viewer, coins = gift
        if entry is None:
            return
        try:
            with transaction.atomic():
                operations.reverse(entry_id=entry, key=f"undo {entry}", reason="undo", at=NOON)
        except operations.InsufficientFunds:
            assert self.expected[self.pending] < coins * 100
            return
        self.expected[viewer] += coins
        self.expected[self.pending] -= coins * 100

    @rule()
    def fold(self):
        operations.fold()

    @rule()
    def look(self):
        assert queries.audit() == []

    @invariant()
    def agrees(self):
        assert queries.balances(self.expected) == self.expected

    def teardown(self):
        self.look()
        transaction.savepoint_rollback(self.savepoint)


@pytest.mark.django_db
class TestTheBooks:
    def test_agree_with_the_model_whatever_happens(self):
        run_state_machine_as_test(
            LedgerMachine, settings=settings(max_examples=examples(30), stateful_step_count=20, deadline=None)
        )
