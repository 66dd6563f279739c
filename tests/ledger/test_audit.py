"""Each check finds what it is there for: rows are bent by hand, and mended before the books are closed."""

import contextlib

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from ledger import operations, queries


class _Undo(Exception):
    pass


@contextlib.contextmanager
def bent(*statements: str):
    """The books with these statements run on them, triggers and constraints off; undone at the end."""
    with contextlib.suppress(_Undo), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_floor")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        yield
        raise _Undo


BENDS = {
    "every entry sums to zero in every unit": (
        "UPDATE ledger_transfer SET contra_id = "
        "(SELECT id FROM ledger_account WHERE code = 'platform.diamonds.issued') WHERE lifetime = 0"
    ),
    "every unit sums to zero": "UPDATE ledger_account SET total = total + 1 WHERE NOT folded",
    "every balance is the sum of its postings": "UPDATE ledger_credit SET amount = amount + 1",
    "lifetime totals are those of the postings": "UPDATE ledger_account SET debited = 7 WHERE NOT folded",
    "no account is below its floor": "UPDATE ledger_account SET total = -1 WHERE NOT folded",
    "the roll-up and the inbox are the postings of each day": "UPDATE ledger_daytotal SET entries = 9",
    "every posting has its account and its entry": "DELETE FROM ledger_entry WHERE kind = 'present'",
    "every entry has postings": "DELETE FROM ledger_transfer",
}


class TestAudit:
    def test_finds_nothing_in_good_books(self, books):
        books.give(10)
        assert queries.audit() == []

    @pytest.mark.parametrize("check", BENDS)
    def test_finds(self, books, check):
        books.give(10, key="folded")
        operations.fold()
        books.give(10, key="waiting")
        with bent(BENDS[check]):
            assert check in {finding.check for finding in queries.audit()}

    def test_asks_the_products(self, books, settings):
        settings.LEDGER_AUDITS = ["tests.ledger.test_audit.product_finding"]
        assert queries.audit() == [queries.Finding("a product's rule", "row 7")]
        settings.LEDGER_AUDITS = []


def product_finding() -> list[queries.Finding]:
    return [queries.Finding("a product's rule", "row 7")]


class TestAuditBooks:
    def test_says_that_the_books_are_right(self, books, capsys):
        call_command("audit_books")
        assert "right" in capsys.readouterr().out

    def test_exits_1_and_prints_the_differences(self, books, capsys):
        with bent("UPDATE ledger_account SET total = total + 1 WHERE NOT folded"):
            with pytest.raises(SystemExit) as exit_:
                call_command("audit_books")
            assert exit_.value.code == 1
            assert "every unit sums to zero: COIN, 1" in capsys.readouterr().err
