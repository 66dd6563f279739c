import datetime as dt

import pytest
from django.db import transaction

from ledger import queries
from ledger.chart import CREATOR_DIAMONDS_AVAILABLE
from ledger.operations import AlreadyReversed, InsufficientFunds, Transfer, post, reverse
from tests.ledger.conftest import NOON

NEXT_DAY = NOON + dt.timedelta(days=1)


class TestReverse:
    def test_posts_the_mirror_in_every_unit(self, books):
        gift = books.give(30)
        reverse(entry_id=gift.entry_id, key="undo", reason="sent by mistake", at=NEXT_DAY)
        assert queries.balance(books.coins) == 100
        assert queries.balance(books.pending) == 0

    def test_counts_for_the_day_of_what_it_reverses(self, books):
        gift = books.give(30)
        reverse(entry_id=gift.entry_id, key="undo", reason="sent by mistake", at=NEXT_DAY)
        days = queries.by_day(books.pending)
        assert [(day.day, day.kind, day.amount) for day in days] == [
            (NOON.date(), "present", 3000),
            (NOON.date(), "present.reversal", -3000),
        ]

    def test_says_why(self, books):
        gift = books.give(30)
        reverse(entry_id=gift.entry_id, key="undo", reason="sent by mistake", at=NEXT_DAY)
        assert queries.statement(books.coins)[0].reason == "sent by mistake"

    def test_happens_once(self, books):
        gift = books.give(30)
        first = reverse(entry_id=gift.entry_id, key="undo", reason="mistake", at=NEXT_DAY)
        assert reverse(entry_id=gift.entry_id, key="undo", reason="mistake", at=NEXT_DAY).replayed
        with pytest.raises(AlreadyReversed):
            reverse(entry_id=gift.entry_id, key="other", reason="mistake", at=NEXT_DAY)
        assert queries.entry_of("undo") == first.entry_id
        assert queries.balance(books.coins) == 100

    def test_refuses_to_take_back_what_has_gone_on(self, books):
        gift = books.give(30)
        away = CREATOR_DIAMONDS_AVAILABLE.of(books.pending.owner_id)
        post(kind="release", key="release", at=NOON, transfers=[Transfer(books.pending, away, 3000)])
        with pytest.raises(InsufficientFunds), transaction.atomic():
            reverse(entry_id=gift.entry_id, key="undo", reason="mistake", at=NEXT_DAY)
        assert queries.balance(books.coins) == 70
        assert queries.balance(away) == 3000
