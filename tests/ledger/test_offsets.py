"""Where postings lie among all that was ever credited to an account, or debited."""

import uuid
from unittest.mock import patch

from ledger import operations, queries
from ledger.queries import Stretch
from tests.ledger.conftest import NOON


class TestStretches:
    def test_tell_both_lines_apart(self, books):
        gift = books.give(30).entry_id
        more = books.issue(5, key="more").entry_id
        assert queries.stretches(books.coins, [gift, more]) == {
            gift: Stretch(gift, 0, 30),
            more: Stretch(more, 100, 105),
        }

    def test_are_only_for_entries_that_touched_a_running_account(self, books):
        gift = books.give(30).entry_id
        assert queries.stretches(books.pending, [gift]) == {}
        assert queries.stretches(books.coins, [uuid.uuid4()]) == {}


class TestDebitsBetween:
    def test_finds_what_shares_a_coin_with_the_range(self, books):
        start = queries.entry_of("purchase")
        gifts = [books.give(10, key=str(number)).entry_id for number in range(4)]
        found = queries.debits_between(books.coins, 9, 21, since=start)
        assert found == [
            Stretch(gifts[0], 0, 10),
            Stretch(gifts[1], 10, 20),
            Stretch(gifts[2], 20, 30),
        ]
        assert queries.debits_between(books.coins, 40, 50, since=start) == []

    def test_finds_debits_whose_keys_are_out_of_order(self, books):
        """Two statements waited for the account, and the younger key came first."""
        start = queries.entry_of("purchase")
        early, late = (uuid.UUID(int=start.int + (seconds * 1000 << 80)) for seconds in (1, 60))
        for key in (late, early):
            with patch("ledger.operations.posting.uuid7", return_value=key):
                books.give(10, key=str(key))
        assert [each.entry_id for each in queries.debits_between(books.coins, 0, 10, since=start)] == [late]
        assert [each.entry_id for each in queries.debits_between(books.coins, 10, 20, since=start)] == [early]


class TestReversalsOf:
    def test_names_those_that_were_reversed(self, books):
        gift, other = books.give(10).entry_id, books.give(10, key="other").entry_id
        reversal = operations.reverse(entry_id=gift, key="undo", reason="", at=NOON).entry_id
        assert queries.reversals_of([gift, other]) == {gift: reversal}
