import pytest
from django.db import transaction

from ledger import queries
from ledger.chart import CREATOR_DIAMONDS_AVAILABLE
from ledger.many import Wanted, post_each, reverse_each
from ledger.operations import AlreadyReversed, IdempotencyConflict, InsufficientFunds, Transfer, post, reverse
from tests.ledger.conftest import NOON


def wanted(books, amount: int, key: str) -> Wanted:
    away = CREATOR_DIAMONDS_AVAILABLE.of(books.pending.owner_id)
    return Wanted("move", key, NOON.date(), [Transfer(books.pending, away, amount)])


class TestPostEach:
    def test_posts_all_in_their_order_once(self, books):
        books.give(30)
        entries = [wanted(books, 1000, "a"), wanted(books, 500, "b")]
        first = post_each(entries=entries, at=NOON)
        assert [queries.entry_of(key) for key in "ab"] == [each.entry_id for each in first]
        assert [each.replayed for each in post_each(entries=entries, at=NOON)] == [True, True]
        assert queries.balance(books.pending) == 1500

    def test_posts_none_where_one_is_refused(self, books):
        books.give(30)
        with pytest.raises(InsufficientFunds), transaction.atomic():
            post_each(entries=[wanted(books, 1000, "a"), wanted(books, 2001, "b")], at=NOON)
        assert queries.balance(books.pending) == 3000
        post_each(entries=[wanted(books, 1000, "a")], at=NOON)
        with pytest.raises(IdempotencyConflict), transaction.atomic():
            post_each(entries=[wanted(books, 5, "c"), wanted(books, 999, "a")], at=NOON)
        assert queries.balance(books.pending) == 2000

    def test_is_nothing_for_none(self, books, django_assert_num_queries):
        assert post_each(entries=[], at=NOON) == reverse_each(keys={}, reason="", at=NOON) == []


class TestReverseEach:
    def test_posts_the_mirrors_in_every_unit_for_their_days(self, books):
        gifts = [books.give(30), books.give(20, key="other gift")]
        keys = {gift.entry_id: f"undo:{number}" for number, gift in enumerate(gifts)}
        returned = reverse_each(keys=keys, reason="by mistake", at=NOON)
        assert (queries.balance(books.coins), queries.balance(books.pending)) == (100, 0)
        assert queries.reversals_of(keys) == dict(
            zip(keys, (each.entry_id for each in returned), strict=True)
        )
        assert queries.statement(books.coins)[0].reason == "by mistake"
        assert [each.replayed for each in reverse_each(keys=keys, reason="", at=NOON)] == [True, True]

    def test_says_the_same_as_one_by_one(self, books):
        one, other = books.give(30), books.give(30, key="other gift")
        reverse(entry_id=one.entry_id, key="one", reason="", at=NOON)
        reverse_each(keys={other.entry_id: "other"}, reason="", at=NOON)
        assert queries.postings_of(queries.entry_of("one")) == queries.postings_of(queries.entry_of("other"))

    def test_refuses_what_was_reversed_otherwise(self, books):
        gifts = [books.give(30), books.give(20, key="other gift")]
        reverse(entry_id=gifts[1].entry_id, key="undo", reason="", at=NOON)
        with pytest.raises(AlreadyReversed):
            reverse_each(keys={gift.entry_id: str(gift.entry_id) for gift in gifts}, reason="", at=NOON)
        assert queries.balance(books.coins) == 70

    def test_refuses_to_take_back_what_has_gone_on(self, books):
        gift = books.give(30)
        post(kind="move", key="a", at=NOON, transfers=wanted(books, 3000, "a").transfers)
        with pytest.raises(InsufficientFunds), transaction.atomic():
            reverse_each(keys={gift.entry_id: "undo"}, reason="", at=NOON)
        assert queries.balance(books.coins) == 70
