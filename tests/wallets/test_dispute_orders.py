"""Disputes and refunds told in every order end in the same books."""

import datetime as dt
import itertools
import random

import pytest
from django.db import transaction

from ledger.chart import (
    CREATOR_DIAMONDS_PENDING,
    VIEWER_COINS,
)
from ledger.queries import by_day, is_frozen, platform_balances
from tests.factories.people import CreatorFactory
from tests.factories.purchases import NOW, dispute_event, event_for, paid, recorded, refund_event
from tests.wallets.test_disputes import coins_of, hear, pending_of, send
from wallets.models import CoinRefund, Dispute

MOST_ORDERS = 8


@pytest.fixture
def creator(db):
    return CreatorFactory()


def books(viewer, creator) -> tuple:
    return (
        platform_balances(),
        coins_of(viewer),
        pending_of(creator),
        by_day_of(creator),
        is_frozen(VIEWER_COINS.of(viewer.pk)),
        sorted(Dispute.objects.values_list("provider_reference", "state")),
        sorted(CoinRefund.objects.values_list("provider_reference", "state")),
    )


def by_day_of(creator):
    parts = by_day(CREATOR_DIAMONDS_PENDING.of(creator.pk))
    days = {part.day for part in parts}
    return {day: sum(part.amount for part in parts if part.day == day) for day in days}


WORDS = {
    "opened, withdrawn, won": lambda p: [
        dispute_event(p, withdrawn=False),
        dispute_event(p, withdrawn=True),
        dispute_event(p, "won"),
        dispute_event(p, "inquiry"),
    ],
    "opened, withdrawn, lost": lambda p: [
        dispute_event(p, withdrawn=False),
        dispute_event(p, withdrawn=True),
        dispute_event(p, "lost"),
    ],
    "a partial dispute lost, a partial refund": lambda p: [
        dispute_event(p, amount=40),
        dispute_event(p, "lost", amount=40),
        refund_event(p, "sending", amount=30),
        refund_event(p, amount=30),
    ],
    "a refund that failed, a dispute won, another lost": lambda p: [
        refund_event(p, amount=30),
        refund_event(p, "failed", amount=30),
        dispute_event(p, amount=50, dispute="dp_2"),
        dispute_event(p, "lost", amount=50, dispute="dp_2"),
        dispute_event(p, "won", amount=20),
    ],
    "the whole refunded during a dispute that is won": lambda p: [
        dispute_event(p),
        refund_event(p),
        dispute_event(p, "won"),
    ],
    "two partial refunds and the rest disputed": lambda p: [
        refund_event(p, amount=11),
        refund_event(p, amount=23, refund="re_2"),
        dispute_event(p, amount=51),
        dispute_event(p, "lost", amount=51),
    ],
}


@pytest.mark.django_db
@pytest.mark.parametrize("story", WORDS)
class TestEveryOrderOfTheSameWords:
    def test_ends_in_the_same_books(self, viewer, creator, story):
        purchase = paid(viewer)
        send(viewer, creator, 2, key="one", slug="spark-tap")
        send(viewer, creator, 1, key="two", at=NOW + dt.timedelta(days=1), slug="clover")
        self.assert_one_end(purchase, WORDS[story](purchase), viewer, creator)

    def test_ends_in_the_same_books_even_before_the_payment_is_known(self, viewer, creator, story):
        purchase = recorded(viewer)
        self.assert_one_end(purchase, [event_for(purchase), *WORDS[story](purchase)], viewer, creator)

    def assert_one_end(self, purchase, words, viewer, creator):
        ends = []
        orders = list(itertools.permutations(words))
        for order in random.Random(7).sample(orders, min(len(orders), MOST_ORDERS)):  # noqa: S311
            savepoint = transaction.savepoint()
            for word in [*order, *order]:  # each of them comes twice
                hear(word)
            ends.append(books(viewer, creator))
            transaction.savepoint_rollback(savepoint)
        assert all(end == ends[0] for end in ends)
