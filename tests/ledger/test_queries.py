import datetime as dt

from ledger import operations, queries
from ledger.chart import VIEWER_COINS
from ledger.models import Credit
from tests.factories.people import UserFactory
from tests.ledger.conftest import NOON


class TestBalance:
    def test_is_zero_for_an_account_that_was_never_used(self, db):
        assert queries.balance(VIEWER_COINS.of(UserFactory.build().pk)) == 0

    def test_is_the_same_before_and_after_a_fold(self, books):
        books.give(10)
        before = queries.balance(books.pending)
        assert operations.fold() > 0
        assert queries.balance(books.pending) == before == 1000
        assert not Credit.objects.exists()

    def test_of_several_accounts_takes_one_query(self, books, django_assert_num_queries):
        with django_assert_num_queries(1):
            queries.balances([books.coins, books.pending])


class TestBalanceAt:
    def test_counts_what_had_happened_by_then(self, books):
        books.give(10, key="later", at=NOON + dt.timedelta(hours=2))
        assert queries.balance_at(books.coins, NOON - dt.timedelta(seconds=1)) == 0
        assert queries.balance_at(books.coins, NOON) == 100
        assert queries.balance_at(books.coins, NOON + dt.timedelta(hours=2)) == 90


class TestByDay:
    def test_is_the_same_before_and_after_a_fold(self, books):
        books.give(10, key="one")
        before = queries.by_day(books.pending)
        operations.fold()
        assert queries.by_day(books.pending) == before
        books.give(5, key="two")
        assert queries.by_day(books.pending) == [queries.Day(NOON.date(), "present", 1500, 2)]

    def test_keeps_to_the_range_and_the_kinds(self, books):
        books.give(10, key="one", at=NOON)
        books.give(10, key="two", at=NOON + dt.timedelta(days=1))
        tomorrow = NOON.date() + dt.timedelta(days=1)
        assert [day.day for day in queries.by_day(books.pending, since=tomorrow)] == [tomorrow]
        assert [day.day for day in queries.by_day(books.pending, until=NOON.date())] == [NOON.date()]
        assert queries.by_day(books.pending, kinds=["release"]) == []

    def test_takes_one_query(self, books, django_assert_num_queries):
        with django_assert_num_queries(1):
            queries.by_day(books.pending)


class TestStatement:
    def test_shows_the_newest_first_and_adds_up(self, books):
        for number in range(5):
            books.give(number + 1, key=f"gift {number}")
        lines = queries.statement(books.coins)
        assert [line.amount for line in lines] == [-5, -4, -3, -2, -1, 100]
        assert [line.balance for line in lines] == [85, 90, 94, 97, 99, 100]

    def test_goes_on_where_a_page_ended(self, books):
        for number in range(5):
            books.give(number + 1, key=f"gift {number}")
        whole = queries.statement(books.coins)
        first = queries.statement(books.coins, limit=2)
        rest = queries.statement(books.coins, before=first[-1].entry_id)
        assert first + rest == whole

    def test_takes_two_queries_however_long(self, books, django_assert_num_queries):
        for number in range(9):
            books.give(1, key=f"gift {number}")
        with django_assert_num_queries(2):
            queries.statement(books.coins)
