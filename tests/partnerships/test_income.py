import datetime as dt

import pytest
from django.db import transaction

from ledger.queries import audit
from partnerships.income_streams import IncomeState, Stream
from partnerships.models import IncomeDay
from partnerships.operations.income import refresh
from partnerships.queries import income
from partnerships.queries.income import Part, Source
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)


@pytest.fixture
def rows(monkeypatch):
    """Stands in for a stream's own table: {(creator id, date): amount in cents}."""
    table = {}

    def sums(creator_id, dates):
        return [
            Part(owner, date, "USD", IncomeState.PAID, amount, 1)
            for (owner, date), amount in table.items()
            if creator_id in (None, owner) and (dates is None or date in dates)
        ]

    monkeypatch.setitem(income.SOURCES, Stream.MERCH, Source(sums, lambda *_: []))
    yield table
    table.clear()
    IncomeDay.objects.all().delete()


def kept() -> list[tuple]:
    return list(IncomeDay.objects.order_by("date").values_list("date", "amount", "rows"))


class TestRefresh:
    def test_keeps_what_the_days_add_up_to(self, rows):
        creator = CreatorFactory()
        rows |= {(creator.pk, MONDAY): 500, (creator.pk, TUESDAY): 700}
        refresh(creator_id=creator.pk, stream=Stream.MERCH, dates=[MONDAY, TUESDAY])
        assert kept() == [(MONDAY, 500, 1), (TUESDAY, 700, 1)]

    def test_leaves_other_days_as_they_are(self, rows):
        creator = CreatorFactory()
        rows |= {(creator.pk, MONDAY): 500, (creator.pk, TUESDAY): 700}
        refresh(creator_id=creator.pk, stream=Stream.MERCH, dates=[MONDAY, TUESDAY])
        del rows[creator.pk, TUESDAY]
        rows[creator.pk, MONDAY] = 900
        refresh(creator_id=creator.pk, stream=Stream.MERCH, dates=[TUESDAY])
        assert kept() == [(MONDAY, 500, 1)]

    @pytest.mark.django_db(transaction=True)
    def test_needs_the_transaction_of_the_change(self, rows):
        with pytest.raises(transaction.TransactionManagementError):
            refresh(creator_id=CreatorFactory().pk, stream=Stream.MERCH, dates=[MONDAY])


class TestAuditIncome:
    def test_finds_a_day_that_is_not_the_sum_of_its_rows(self, rows):
        creator = CreatorFactory()
        rows[creator.pk, MONDAY] = 500
        assert [finding.check for finding in audit()] == ["income by day is the sum of its rows"]
        refresh(creator_id=creator.pk, stream=Stream.MERCH, dates=[MONDAY])
        assert audit() == []
