import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from ledger import operations, queries
from ledger.chart import (
    COIN_FLOAT,
    COINS_ISSUED,
    COINS_REDEEMED,
    CREATOR_CASH_AVAILABLE,
    CREATOR_DIAMONDS_PENDING,
    DIAMONDS_ISSUED,
    PAYMENT_CLEARING,
    VIEWER_COINS,
    WrongUnit,
)
from ledger.models import Account, Entry, Posting
from ledger.models import Transfer as Row
from ledger.operations import IdempotencyConflict, InsufficientFunds, InvalidEntry, Transfer, post
from ledger.units import UnknownUnit
from tests.factories.people import UserFactory
from tests.ledger.conftest import NOON


class TestTransfer:
    def test_refuses_two_units(self):
        with pytest.raises(InvalidEntry, match="differ in unit"):
            Transfer(COINS_ISSUED.platform(), DIAMONDS_ISSUED.platform(), 1)

    @pytest.mark.parametrize("amount", [0, -1, 1.5, True, 2**63])
    def test_refuses_what_is_no_amount(self, amount):
        with pytest.raises(InvalidEntry, match="positive whole number"):
            Transfer(COINS_ISSUED.platform(), COINS_REDEEMED.platform(), amount)

    def test_refuses_an_account_that_pays_itself(self):
        with pytest.raises(InvalidEntry, match="pay itself"):
            Transfer(COINS_ISSUED.platform(), COINS_ISSUED.platform(), 1)

    def test_refuses_two_folded_accounts_of_people(self):
        one, other = (CREATOR_DIAMONDS_PENDING.of(UserFactory.build().pk) for _ in range(2))
        with pytest.raises(InvalidEntry, match="both are folded"):
            Transfer(one, other, 1)


class TestChart:
    def test_gives_one_account_per_owner_and_currency(self):
        owner = UserFactory.build().pk
        assert CREATOR_CASH_AVAILABLE.of(owner, "EUR").id == CREATOR_CASH_AVAILABLE.of(owner, "EUR").id
        assert CREATOR_CASH_AVAILABLE.of(owner, "EUR").id != CREATOR_CASH_AVAILABLE.of(owner, "USD").id

    def test_refuses_a_unit_the_type_is_not_kept_in(self):
        with pytest.raises(WrongUnit):
            VIEWER_COINS.of(UserFactory.build().pk, "EUR")
        with pytest.raises(WrongUnit):
            COIN_FLOAT.platform("COIN")
        with pytest.raises((WrongUnit, UnknownUnit)):
            COIN_FLOAT.platform("XYZ")

    def test_tells_a_persons_accounts_from_the_platforms(self):
        with pytest.raises(ValueError, match="belongs to a person"):
            VIEWER_COINS.platform()
        with pytest.raises(ValueError, match="belongs to the platform"):
            COIN_FLOAT.of(UserFactory.build().pk, "EUR")


class TestPost:
    def test_moves_an_amount_from_source_to_destination(self, books):
        issued = COINS_ISSUED.platform()
        assert queries.balances([books.coins, issued]) == {books.coins: 100, issued: -100}

    def test_keeps_two_units_apart_in_one_entry(self, books):
        posted = books.give(30)
        assert queries.postings_of(posted.entry_id) == [
            ("creator.diamonds.pending", "DIAMOND", 3000),
            ("platform.coins.redeemed", "COIN", 30),
            ("platform.diamonds.issued", "DIAMOND", -3000),
            ("viewer.coins", "COIN", -30),
        ]

    def test_keeps_what_an_account_took_apart_from_what_it_gave(self, books):
        viewer = VIEWER_COINS.of(UserFactory().pk)
        transfers = [
            Transfer(COINS_ISSUED.platform(), viewer, 70),
            Transfer(viewer, COINS_REDEEMED.platform(), 20),
        ]
        posted = post(kind="both", key="both", at=NOON, transfers=transfers)
        assert queries.balance(viewer) == 50
        assert queries.lifetime(viewer) == queries.Lifetime(credited=70, debited=20)
        lines = Posting.objects.filter(entry_id=posted.entry_id, account_id=viewer.id)
        assert sorted(lines.values_list("amount", "lifetime")) == [(-20, 0), (70, 0)]
        assert [(line.amount, line.balance) for line in queries.statement(viewer)] == [(50, 50)]

    def test_counts_the_offsets_of_an_account_met_twice(self, books):
        transfers = [
            Transfer(books.coins, COINS_REDEEMED.platform(), 20),
            Transfer(books.coins, COINS_ISSUED.platform(), 30),
        ]
        posted = post(kind="twice", key="twice", at=NOON, transfers=transfers)
        lines = Posting.objects.filter(entry_id=posted.entry_id, account_id=books.coins.id)
        assert sorted(lines.values_list("amount", "lifetime")) == [(-30, 20), (-20, 0)]

    def test_takes_one_round_trip(self, books, django_assert_num_queries):
        books.give(1, key="first")
        with django_assert_num_queries(1):
            books.give(1, key="second")

    def test_opens_the_accounts_it_needs(self, db, django_assert_num_queries):
        clearing, held = PAYMENT_CLEARING.platform("KWD"), COIN_FLOAT.platform("KWD")
        post(kind="first", key="first", at=NOON, transfers=[Transfer(clearing, held, 1500)])
        assert queries.balance(held) == 1500

    def test_refuses_no_transfers(self, db):
        with pytest.raises(InvalidEntry):
            post(kind="empty", key="empty", at=NOON, transfers=[])
        assert not Entry.objects.exists()

    def test_counts_for_the_utc_day(self, books):
        tokyo = dt.timezone(dt.timedelta(hours=9))
        books.give(1, at=dt.datetime(2026, 3, 2, 3, tzinfo=tokyo))
        assert [day.day for day in queries.by_day(books.pending)] == [dt.date(2026, 3, 1)]

    def test_records_the_offsets_a_running_account_had(self, books):
        books.give(30, key="first")
        second = books.give(20, key="second")
        line = Posting.objects.get(entry_id=second.entry_id, account_id=books.coins.id)
        assert line.lifetime == 30
        assert queries.lifetime(books.coins) == queries.Lifetime(credited=100, debited=50)


class TestFloors:
    def test_refuse_to_spend_what_is_not_there_and_move_nothing(self, books):
        with pytest.raises(InsufficientFunds) as refused, transaction.atomic():
            books.give(101)
        assert refused.value.account_id == books.coins.id
        assert queries.balance(books.coins) == 100
        assert queries.balance(books.pending) == 0
        assert queries.entry_of("gift") is None

    def test_let_the_last_coin_go(self, books):
        books.give(100)
        assert queries.balance(books.coins) == 0

    def test_count_a_folded_account_with_its_inbox(self, books):
        books.give(10)
        take = [Transfer(books.pending, DIAMONDS_ISSUED.platform(), 1000)]
        post(kind="take", key="take", at=NOON, transfers=take)
        assert queries.balance(books.pending) == 0
        with pytest.raises(InsufficientFunds), transaction.atomic():
            post(
                kind="take",
                key="more",
                at=NOON,
                transfers=[Transfer(books.pending, DIAMONDS_ISSUED.platform(), 1)],
            )

    def test_stand_behind_the_function_as_a_constraint(self, books):
        with pytest.raises(IntegrityError, match="ledger_account_floor"), transaction.atomic():
            Account.objects.filter(id=books.coins.id).update(total=-1)


class TestIdempotency:
    def test_returns_the_first_entry_for_the_same_facts(self, books):
        first = books.give(10)
        again = books.give(10, at=NOON + dt.timedelta(days=1))
        assert again == operations.Posted(first.entry_id, replayed=True)
        assert queries.balance(books.coins) == 90

    @pytest.mark.parametrize(("coins", "kind"), [(11, "present"), (10, "other")])
    def test_refuses_other_facts_under_the_same_key(self, books, coins, kind):
        books.give(10)
        with pytest.raises(IdempotencyConflict), transaction.atomic():
            post(
                kind=kind,
                key="gift",
                at=NOON,
                transfers=[
                    Transfer(books.coins, COINS_REDEEMED.platform(), coins),
                    Transfer(DIAMONDS_ISSUED.platform(), books.pending, 1000),
                ],
            )
        assert queries.balance(books.coins) == 90

    def test_frees_the_key_of_a_refused_entry(self, books):
        with pytest.raises(InsufficientFunds), transaction.atomic():
            books.give(150)
        books.issue(50, key="more")
        assert not books.give(150).replayed


class TestImmutability:
    @pytest.mark.parametrize("table", ["ledger_entry", "ledger_transfer", "ledger_rate"])
    @pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
    def test_is_the_databases_own(self, books, table, statement):
        column = {"ledger_entry": "kind", "ledger_transfer": "amount", "ledger_rate": "value"}[table]
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(table, column, column))

    def test_refuses_a_transfer_between_two_units(self, books):
        entry = Entry.objects.get(key="purchase")
        operations.open_accounts([DIAMONDS_ISSUED.platform()])
        with pytest.raises(IntegrityError, match="one unit"), transaction.atomic():
            Row.objects.create(
                account_id=books.coins.id, contra_id=DIAMONDS_ISSUED.platform().id, entry=entry, amount=5
            )

    @pytest.mark.parametrize("wrong", [{"amount": 0}, {"contra": "itself"}])
    def test_refuses_a_transfer_that_moves_nothing(self, books, wrong):
        facts = {"amount": 5, "contra_id": COINS_ISSUED.platform().id} | (
            {"contra_id": books.coins.id} if "contra" in wrong else wrong
        )
        with pytest.raises(IntegrityError, match="ledger_transfer_moves"), transaction.atomic():
            Row.objects.create(account_id=books.coins.id, entry=Entry.objects.get(key="purchase"), **facts)
