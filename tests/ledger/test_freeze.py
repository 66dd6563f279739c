import pytest
from django.db import transaction

from ledger.chart import VIEWER_COINS
from ledger.operations import AccountFrozen, Transfer, freeze, post, reverse, thaw
from ledger.queries import balance, is_frozen
from tests.factories.people import UserFactory
from tests.ledger.conftest import NOON


class TestFreeze:
    def test_lets_nothing_out(self, books):
        freeze([books.coins])
        with pytest.raises(AccountFrozen) as refusal, transaction.atomic():
            books.give(10)
        assert refusal.value.account_id == books.coins.id
        assert (balance(books.coins), balance(books.pending)) == (100, 0)

    def test_lets_in(self, books):
        freeze([books.coins])
        books.issue(5, key="more")
        assert balance(books.coins) == 105

    def test_lets_out_what_is_posted_through_it(self, books):
        freeze([books.coins])
        other = VIEWER_COINS.of(UserFactory().pk)
        post(
            kind="taken",
            key="taken",
            at=NOON,
            transfers=[Transfer(books.coins, other, 30)],
            through_freeze=True,
        )
        assert (balance(books.coins), balance(other)) == (70, 30)

    def test_lets_a_reversal_out_only_through_it(self, books):
        issued = books.issue(5, key="more")
        freeze([books.coins])
        facts = {"entry_id": issued.entry_id, "key": "back", "reason": "Refunded", "at": NOON}
        with pytest.raises(AccountFrozen), transaction.atomic():
            reverse(**facts)
        assert balance(books.coins) == 105
        reverse(**facts, through_freeze=True)
        assert balance(books.coins) == 100

    def test_holds_before_the_account_was_ever_used(self, db):
        account = VIEWER_COINS.of(UserFactory().pk)
        freeze([account])
        assert is_frozen(account)


class TestThaw:
    def test_lets_out_again(self, books):
        freeze([books.coins])
        thaw([books.coins])
        assert not is_frozen(books.coins)
        books.give(10)
        assert balance(books.coins) == 90
