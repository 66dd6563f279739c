import threading

import pytest
from django.db import connection, connections, transaction

from ledger import operations, queries
from ledger.chart import COINS_REDEEMED, VIEWER_COINS
from ledger.models import Account
from ledger.operations import InsufficientFunds
from tests.concurrency.threads import race
from tests.ledger.conftest import NOON, Books

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books(transactional_db) -> Books:
    return Books()


class TestPost:
    def test_posts_a_key_once_however_many_send_it(self, books):
        outcomes = race(lambda _: books.give(10), 16)
        assert sorted(outcome.replayed for outcome in outcomes) == [False] + [True] * 15
        assert len({outcome.entry_id for outcome in outcomes}) == 1
        assert queries.balance(books.coins) == 90

    def test_lets_one_have_the_last_coins(self, books):
        outcomes = race(lambda number: books.give(60, key=f"gift {number}"), 8)
        refused = [outcome for outcome in outcomes if isinstance(outcome, InsufficientFunds)]
        assert len(refused) == 7
        assert queries.balance(books.coins) == 40

    def test_control_a_check_before_the_write_lets_several_have_them(self, books):
        """The same race, the way that looks right and is not: it shows that the race above really happens."""
        checked = threading.Barrier(4)

        def read_then_write(_: int) -> bool:
            enough = queries.balance(books.coins) >= 60
            checked.wait(timeout=30)
            return enough

        assert race(read_then_write, 4) == [True] * 4

    def test_waits_for_nobody_to_credit_a_creator(self, books):
        """Somebody holds the creator's and the platform's rows: gifts go on, for they only append."""
        locked, done = threading.Event(), threading.Event()
        shared = [books.pending.id, COINS_REDEEMED.platform().id]
        books.give(1, key="opens the accounts")

        def hold() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM ledger_account WHERE id = ANY(%s) FOR UPDATE", [shared])
                locked.set()
                done.wait(timeout=30)
            connections.close_all()

        holder = threading.Thread(target=hold)
        holder.start()
        locked.wait(timeout=30)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '20s'")
        try:
            books.give(10)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
            done.set()
            holder.join()
        assert queries.balance(books.pending) == 1100

    def test_control_a_debit_of_the_creator_does_wait(self, books):
        gift = books.give(10)
        locked, done = threading.Event(), threading.Event()

        def hold() -> None:
            with transaction.atomic():
                Account.objects.select_for_update().get(id=books.pending.id)
                locked.set()
                done.wait(timeout=30)
            connections.close_all()

        holder = threading.Thread(target=hold)
        holder.start()
        locked.wait(timeout=30)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        try:
            with pytest.raises(Exception, match="lock timeout"):
                operations.reverse(entry_id=gift.entry_id, key="undo", reason="undo", at=NOON)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
            done.set()
            holder.join()


class TestReverse:
    def test_happens_once_however_many_keys_try(self, books):
        gift = books.give(10)

        def undo(number: int) -> operations.Posted:
            return operations.reverse(entry_id=gift.entry_id, key=f"undo {number}", reason="undo", at=NOON)

        outcomes = race(undo, 6)
        assert sum(isinstance(outcome, operations.Posted) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, operations.AlreadyReversed) for outcome in outcomes) == 5
        assert queries.balance(books.coins) == 100


class TestFold:
    def test_shows_every_reader_the_same_balance(self, books):
        """Readers and folds at once: no reader ever sees an amount twice or not at all."""
        for number in range(50):
            books.give(1, key=f"gift {number}")

        def work(number: int) -> object:
            if number % 2:
                return operations.fold()
            days = queries.by_day(books.pending)
            return queries.balance(books.pending), sum(day.amount for day in days)

        for _ in range(10):
            readings = race(work, 8)[::2]
            assert set(readings) == {(5000, 5000)}

    def test_lets_two_folds_run_at_once(self, books):
        for number in range(20):
            books.give(1, key=f"gift {number}")
        assert not [
            outcome for outcome in race(lambda _: operations.fold(), 6) if isinstance(outcome, Exception)
        ]
        assert queries.balance(books.pending) == 2000


class TestOpenAccounts:
    def test_opens_an_account_once(self, books):
        stranger = VIEWER_COINS.of(books.pending.owner_id)
        outcomes = race(lambda _: operations.open_accounts([stranger]), 8)
        assert outcomes == [None] * 8
        assert Account.objects.filter(id=stranger.id).count() == 1
