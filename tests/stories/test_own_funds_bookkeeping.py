"""Does what docs/bookkeeping.md tells of the owners' money, and compares what was posted with its tables."""

import datetime as dt

import pytest
from django.db import transaction

from ledger.operations import UnableToMoveOwnFunds, move_own_funds, own_funds_key
from ledger.queries import audit, entry_of, platform_balances, postings_of
from tests.stories.test_bookkeeping import tables

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def moved(reference: str, amount: int, *, takes_out: bool = False):
    return move_own_funds(
        currency="EUR", amount=amount, takes_out=takes_out, reference=reference, reason="story", at=NOW
    )


@pytest.mark.django_db
class TestTheOwnersMoney:
    def test_goes_in_and_out_as_the_page_says(self):
        moved("IN 1", 500_000)
        assert [postings_of(entry_of(own_funds_key("IN 1")))] == tables("O1")
        moved("OUT 1", 100_000, takes_out=True)
        assert [postings_of(entry_of(own_funds_key("OUT 1")))] == tables("O2")
        assert audit() == []

    def test_is_booked_once_under_a_reference(self):
        assert not moved("IN 1", 500_000).replayed
        assert moved("IN 1", 500_000).replayed
        before = platform_balances()
        with pytest.raises(UnableToMoveOwnFunds, match="Something else"):
            moved("IN 1", 1)
        assert platform_balances() == before

    def test_is_not_taken_out_beyond_what_was_put_in(self):
        moved("IN 1", 500_000)
        before = platform_balances()
        with pytest.raises(UnableToMoveOwnFunds, match="not put in so much"), transaction.atomic():
            moved("OUT 1", 500_001, takes_out=True)
        assert platform_balances() == before
