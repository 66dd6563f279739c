"""Offsets against a naive wallet in which every single coin wears a label."""

import uuid
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    rule,
    run_state_machine_as_test,
)

from ledger.chart import COINS_ISSUED, COINS_REDEEMED, VIEWER_COINS
from ledger.operations import AccountFrozen, IdempotencyConflict, Transfer, freeze, post, reverse
from ledger.queries import balance
from tests.examples import examples
from tests.factories.gifts import NOW, gift_type
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import CoinRemoval
from wallets.operations.gifts import send_gift
from wallets.operations.take_back import put_back, take_back
from wallets.queries.provenance import Span, gifts_funded_by, whereabouts


def bought(viewer, coins: int) -> uuid.UUID:
    transfer = Transfer(COINS_ISSUED.platform(), VIEWER_COINS.of(viewer.pk), coins)
    return post(kind="coin_purchase", key=f"coins:{uuid.uuid4()}", at=NOW, transfers=[transfer]).entry_id


def spent(viewer, coins: int) -> uuid.UUID:
    transfer = Transfer(VIEWER_COINS.of(viewer.pk), COINS_REDEEMED.platform(), coins)
    return post(kind="tip", key=f"tip:{uuid.uuid4()}", at=NOW, transfers=[transfer]).entry_id


def taken(viewer, credit, up_to=None, **facts):
    facts = {"key": f"back:{uuid.uuid4()}", "kind": "refund", "cause": CoinRemoval.Cause.REFUND} | facts
    return take_back(
        viewer_id=viewer.pk,
        credit_id=credit,
        up_to=up_to,
        destination=COINS_ISSUED.platform(),
        at=NOW,
        **facts,
    )


class LabelledCoins(RuleBasedStateMachine):
    """The model: a queue of labelled coins, and which of them each entry took."""

    credits = Bundle("credits")
    debits = Bundle("debits")

    @initialize()
    def open(self):
        self.savepoint = transaction.savepoint()
        self.viewer = UserFactory()
        self.queue: list[int] = []
        self.credited: dict[uuid.UUID, set[int]] = {}
        self.took: dict[uuid.UUID, list[int]] = {}
        self.removals: set[uuid.UUID] = set()
        self.next = 0

    @rule(target=credits, coins=st.integers(1, 30))
    def buy(self, coins):
        entry = bought(self.viewer, coins)
        labels = range(self.next, self.next + coins)
        self.next += coins
        self.queue += labels
        self.credited[entry] = set(labels)
        return entry

    @rule(target=debits, coins=st.integers(1, 30))
    def spend(self, coins):
        coins = min(coins, len(self.queue))
        if not coins:
            return None
        entry = spent(self.viewer, coins)
        self.took[entry], self.queue = self.queue[:coins], self.queue[coins:]
        return entry

    @rule(target=debits, credit=credits, up_to=st.one_of(st.none(), st.integers(1, 20)))
    def take(self, credit, up_to):
        mine = [coin for coin in self.queue if coin in self.credited[credit]]
        mine = mine if up_to is None else mine[-up_to:]
        result = taken(self.viewer, credit, up_to)
        assert result.coins == len(mine)
        if not mine:
            assert result.entry_id is None
            return None
        self.queue = [coin for coin in self.queue if coin not in mine]
        self.took[result.entry_id] = mine
        self.removals.add(result.entry_id)
        return result.entry_id

    @rule(debit=consumes(debits))
    def undo(self, debit):
        if debit is None:
            return
        if debit in self.removals:
            put_back(entry_id=debit, key=f"undo:{debit}", reason="", at=NOW)
        else:
            reverse(entry_id=debit, key=f"undo:{debit}", reason="", at=NOW)
        self.queue += self.took.pop(debit)

    @rule()
    def look(self):
        """Every coin is where its label is."""
        assert balance(VIEWER_COINS.of(self.viewer.pk)) == len(self.queue)
        for credit, labels in self.credited.items():
            found = whereabouts(self.viewer.pk, credit)
            assert found.unspent == sum(coin in labels for coin in self.queue)
            counted = {entry: sum(coin in labels for coin in coins) for entry, coins in self.took.items()}
            expected = Counter({entry: coins for entry, coins in counted.items() if coins})
            assert Counter(found.spent) == Counter(
                {entry: coins for entry, coins in expected.items() if entry not in self.removals}
            )
            assert Counter(found.removed) == Counter(
                {entry: coins for entry, coins in expected.items() if entry in self.removals}
            )

    def teardown(self):
        if hasattr(self, "savepoint"):
            self.look()
            transaction.savepoint_rollback(self.savepoint)


@pytest.mark.django_db
class TestWhereabouts:
    def test_agree_with_a_wallet_of_labelled_coins(self):
        run_state_machine_as_test(
            LabelledCoins, settings=settings(max_examples=examples(50), stateful_step_count=25, deadline=None)
        )

    def test_are_told_by_the_coins_place_in_the_queue(self, viewer):
        first, second = bought(viewer, 100), bought(viewer, 50)
        entry = spent(viewer, 120)
        assert whereabouts(viewer.pk, first).spent == {entry: 100}
        assert whereabouts(viewer.pk, first).remaining == []
        assert whereabouts(viewer.pk, second).spent == {entry: 20}
        assert whereabouts(viewer.pk, second).remaining == [Span(120, 150)]

    def test_follow_coins_that_came_back_and_went_again(self, viewer):
        first = bought(viewer, 10)
        bought(viewer, 5)
        gift = spent(viewer, 10)
        reverse(entry_id=gift, key="undo", reason="", at=NOW)
        again = spent(viewer, 12)  # the other five first, then seven of those that came back
        assert whereabouts(viewer.pk, first).spent == {again: 7}
        assert whereabouts(viewer.pk, first).unspent == 3

    def test_are_nowhere_for_an_entry_that_credited_nothing(self, viewer):
        assert whereabouts(viewer.pk, uuid.uuid4()).unspent == 0

    def test_take_as_many_queries_for_many_gifts_as_for_one(self, viewer, django_assert_num_queries):
        first = bought(viewer, 500)
        for _ in range(3):
            spent(viewer, 1)
        with django_assert_num_queries(6):
            whereabouts(viewer.pk, first)
        for _ in range(30):
            spent(viewer, 1)
        with django_assert_num_queries(6):
            assert len(whereabouts(viewer.pk, first).spent) == 33


@pytest.mark.django_db
class TestGiftsFundedBy:
    def test_names_each_gift_with_its_share_newest_first(self, viewer):
        creator, kind = CreatorFactory(), gift_type()
        first = bought(viewer, kind.coins)
        second = bought(viewer, kind.coins * 2)
        gifts = [
            send_gift(
                viewer=viewer, creator=creator, gift_type=kind, quantity=quantity, key=str(quantity), at=NOW
            ).gift
            for quantity in (2, 1)
        ]
        assert gifts_funded_by(viewer.pk, first) == [(gifts[0], kind.coins)]
        assert gifts_funded_by(viewer.pk, second) == [(gifts[1], kind.coins), (gifts[0], kind.coins)]

    def test_leaves_tips_aside(self, viewer):
        first = bought(viewer, 10)
        spent(viewer, 4)
        assert gifts_funded_by(viewer.pk, first) == []


@pytest.mark.django_db
class TestTakeBack:
    def test_takes_the_given_coins_and_not_the_oldest(self, viewer):
        first, second = bought(viewer, 10), bought(viewer, 10)
        assert taken(viewer, second).coins == 10
        assert whereabouts(viewer.pk, first).remaining == [Span(0, 10)]
        assert balance(VIEWER_COINS.of(viewer.pk)) == 10

    def test_takes_the_last_ones_first(self, viewer):
        first = bought(viewer, 10)
        taken(viewer, first, up_to=4)
        assert whereabouts(viewer.pk, first).remaining == [Span(0, 6)]

    def test_happens_once_for_a_key(self, viewer):
        first = bought(viewer, 10)
        once = taken(viewer, first, up_to=4, key="back")
        assert taken(viewer, first, up_to=4, key="back") == once
        assert balance(VIEWER_COINS.of(viewer.pk)) == 6

    def test_refuses_a_key_of_something_else(self, viewer):
        post(
            kind="coin_purchase",
            key="back",
            at=NOW,
            transfers=[Transfer(COINS_ISSUED.platform(), VIEWER_COINS.of(viewer.pk), 5)],
        )
        with pytest.raises(IdempotencyConflict):
            taken(viewer, bought(viewer, 10), key="back")
        assert balance(VIEWER_COINS.of(viewer.pk)) == 15

    def test_moves_nothing_where_nothing_remains(self, viewer):
        first = bought(viewer, 10)
        spent(viewer, 10)
        assert taken(viewer, first).entry_id is None

    def test_leaves_a_frozen_wallet_alone_unless_told(self, viewer):
        first = bought(viewer, 10)
        freeze([VIEWER_COINS.of(viewer.pk)])
        with pytest.raises(AccountFrozen), transaction.atomic():
            taken(viewer, first)
        assert balance(VIEWER_COINS.of(viewer.pk)) == 10
        assert taken(viewer, first, through_freeze=True).coins == 10


@pytest.mark.django_db
class TestPutBack:
    def test_gives_the_same_coins_back_once(self, viewer):
        first = bought(viewer, 10)
        entry = taken(viewer, first, up_to=4).entry_id
        for _ in range(2):
            put_back(entry_id=entry, key="put back", reason="", at=NOW)
        assert whereabouts(viewer.pk, first).unspent == 10
        assert whereabouts(viewer.pk, first).removed == {}
