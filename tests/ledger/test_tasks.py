import pytest

from ledger import queries, tasks
from ledger.models import Credit
from tests.ledger.test_audit import bent


class TestFold:
    def test_empties_the_inboxes(self, books):
        books.give(10)
        tasks.fold()
        assert not Credit.objects.exists()
        assert queries.balance(books.pending) == 1000


class TestAudit:
    def test_is_quiet_about_good_books(self, books):
        tasks.audit()

    def test_fails_loudly_about_wrong_ones(self, books):
        with (
            bent("UPDATE ledger_account SET total = total + 1 WHERE NOT folded"),
            pytest.raises(RuntimeError, match="wrong in"),
        ):
            tasks.audit()
