"""Whatever is bought, sent, repeated, undone, folded and released, in whatever order: a model of a few
counters agrees with the books, no balance is negative and every unit sums to zero."""

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
from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_PENDING, VIEWER_COINS
from tests.examples import examples
from tests.factories.gifts import NOW, gift_type, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Gift
from wallets.operations.clearing import release_cleared
from wallets.operations.gifts import send_gift
from wallets.operations.refusals import InsufficientCoins
from wallets.operations.undo import DiamondsGone, undo_gift

PEOPLE = st.integers(0, 1)
DAYS = st.integers(0, 20)


class GiftMachine(RuleBasedStateMachine):
    gifts = Bundle("gifts")

    @initialize()
    def open(self):
        self.savepoint = transaction.savepoint()
        self.viewers = [UserFactory() for _ in range(2)]
        self.creators = [CreatorFactory() for _ in range(2)]
        self.coins = [0, 0]
        self.diamonds = [0, 0]
        self.sent = 0

    @rule(viewer=PEOPLE, coins=st.integers(1, 60))
    def buy(self, viewer, coins):
        give_coins(self.viewers[viewer], coins)
        self.coins[viewer] += coins

    @rule(
        target=gifts,
        viewer=PEOPLE,
        creator=PEOPLE,
        slug=st.sampled_from(["clover", "spark-tap", "high-note", "inkdrop"]),
        quantity=st.integers(1, 4),
        day=DAYS,
    )
    def send(self, viewer, creator, slug, quantity, day):
        self.sent += 1
        kind = gift_type(slug)
        facts = {
            "viewer": self.viewers[viewer],
            "creator": self.creators[creator],
            "gift_type": kind,
            "quantity": quantity,
            "key": str(self.sent),
            "at": NOW + dt.timedelta(days=day),
        }
        cost = kind.coins * quantity
        if cost > self.coins[viewer]:
            with pytest.raises(InsufficientCoins) as refusal:
                send_gift(**facts)
            assert refusal.value.missing == cost - self.coins[viewer]
            return None
        gift = send_gift(**facts).gift
        self.coins[viewer] -= cost
        self.diamonds[creator] += cost * 100
        return facts, gift, viewer, creator

    @rule(sent=gifts)
    def repeat(self, sent):
        if sent:
            again = send_gift(**sent[0])
            assert again.replayed
            assert again.gift == sent[1]

    @rule(sent=consumes(gifts))
    def undo(self, sent):
        if not sent:
            return
        _, gift, viewer, creator = sent
        try:
            undo_gift(viewer=self.viewers[viewer], gift_id=gift.pk, at=gift.undoable_until)
        except DiamondsGone:  # released since
            assert queries.balance(self._pending(creator)) < gift.diamonds
        else:
            self.coins[viewer] += gift.coins
            self.diamonds[creator] -= gift.diamonds

    @rule()
    def fold(self):
        operations.fold()

    @rule(creator=PEOPLE, day=DAYS)
    def release(self, creator, day):
        release_cleared(creator_id=self.creators[creator].pk, at=NOW + dt.timedelta(days=day + 8))

    def _pending(self, creator):
        return CREATOR_DIAMONDS_PENDING.of(self.creators[creator].pk)

    @invariant()
    def agrees_with_the_books(self):
        for viewer, coins in zip(self.viewers, self.coins, strict=True):
            assert queries.balance(VIEWER_COINS.of(viewer.pk)) == coins
        for number, diamonds in enumerate(self.diamonds):
            available = CREATOR_DIAMONDS_AVAILABLE.of(self.creators[number].pk)
            held = queries.balances([self._pending(number), available])
            assert sum(held.values()) == diamonds
            assert min(held.values()) >= 0

    @rule()
    def look(self):
        assert queries.audit() == []

    def teardown(self):
        self.look()
        transaction.savepoint_rollback(self.savepoint)


@pytest.mark.django_db
class TestGifts:
    def test_agree_with_the_model_whatever_happens(self):
        run_state_machine_as_test(
            GiftMachine, settings=settings(max_examples=examples(20), stateful_step_count=20, deadline=None)
        )
        assert not Gift.objects.exists()
