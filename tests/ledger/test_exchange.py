"""`ledger_exchange` does what `ledger_post` does with a gift's two transfers: same rows, same refusals."""

import pytest
from django.db import DatabaseError, connection
from django.db.transaction import atomic
from uuid_utils.compat import uuid7

from ledger import operations, queries
from ledger.chart import COINS_REDEEMED, CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED, VIEWER_COINS
from ledger.models import Entry, Transfer, Waiting
from ledger.operations import (
    AccountFrozen,
    IdempotencyConflict,
    InsufficientFunds,
    UnknownAccount,
    fold,
    freeze,
)
from tests.factories.people import CreatorFactory, UserFactory
from tests.ledger.conftest import NOON


def exchange(books, coins: int, key: str) -> None:
    accounts = [books.coins, COINS_REDEEMED.platform(), DIAMONDS_ISSUED.platform(), books.pending]
    payer, taker, giver, earner = (account.id for account in accounts)
    facts = [uuid7(), "present", key, NOON, payer, taker, coins, giver, earner, coins * 100]
    try:
        with atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT ledger_exchange({', '.join(['%s'] * len(facts))})", facts)
    except DatabaseError as error:
        raise operations.refusal(error) from error


def rows(key: str) -> list:
    """What is kept of an entry, but for its id, key, hour of recording and digest."""
    entry = Entry.objects.get(key=key)
    kept = Transfer.objects.filter(entry=entry).order_by("account_id")
    return [
        (entry.kind, entry.at, entry.day, entry.reverses_id, entry.reason),
        *kept.values_list("account_id", "contra_id", "amount"),
    ]


def waiting() -> set[tuple]:
    facts = ("account_id", "amount", "day", "kind", "entries")
    return set(Waiting.objects.filter(kind="present").values_list(*facts))


def _emptied() -> None:
    fold()
    assert not waiting()


def state(books) -> list[int]:
    accounts = [books.coins, books.pending, COINS_REDEEMED.platform(), DIAMONDS_ISSUED.platform()]
    return [*queries.balances(accounts).values(), Entry.objects.count()]


class TestExchange:
    def test_writes_what_a_general_post_writes(self, books):
        books.give(30, "general")
        general = waiting()
        _emptied()
        exchange(books, 30, "special")
        assert rows("special") == rows("general")
        assert waiting() == general

    def test_is_never_taken_for_a_general_post(self, books):
        books.give(1, "opens the accounts")
        exchange(books, 30, "special")
        before = state(books)
        with pytest.raises(IdempotencyConflict):
            books.give(30, "special")
        assert state(books) == before

    def test_keeps_how_much_had_been_spent_before(self, books):
        books.give(30, "general")
        exchange(books, 20, "special")
        books.give(10, "last")
        spent = Transfer.objects.filter(account_id=books.coins.id, amount__lt=0).order_by("entry_id")
        assert list(spent.values_list("lifetime", flat=True)) == [0, 30, 50]

    def test_refuses_a_known_key(self, books):
        books.give(30)
        before = state(books)
        with pytest.raises(DatabaseError, match="ledger_entry_once"):
            exchange(books, 30, "gift")
        assert state(books) == before

    def test_refuses_more_than_there_is(self, books):
        books.give(30)
        before = state(books)
        with pytest.raises(InsufficientFunds) as refused:
            exchange(books, 71, "special")
        assert refused.value.account_id == books.coins.id
        assert state(books) == before

    def test_refuses_a_frozen_account(self, books):
        books.give(30)
        freeze([books.coins])
        before = state(books)
        with pytest.raises(AccountFrozen):
            exchange(books, 1, "special")
        assert state(books) == before

    @pytest.mark.parametrize("missing", ["coins", "pending"])
    def test_refuses_an_account_that_is_not_open(self, books, missing):
        books.give(30)
        before = state(books)
        strangers = {
            "coins": VIEWER_COINS.of(UserFactory().pk),
            "pending": CREATOR_DIAMONDS_PENDING.of(CreatorFactory().pk),
        }
        known, stranger = getattr(books, missing), strangers[missing]
        setattr(books, missing, stranger)
        with pytest.raises(UnknownAccount):
            exchange(books, 1, "special")
        setattr(books, missing, known)
        assert state(books) == before
