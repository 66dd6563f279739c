"""The programme of docs/bookkeeping.md, through the same operations as the desk."""

import datetime as dt

import pytest

from ledger.queries import postings_of
from partnerships.models import Accrual, CloseItem
from partnerships.operations.closes import approve, credit, finish, prepare
from partnerships.queries.closes import items_to_credit
from tests.factories.partnerships_programmes import MARCH, boss, count, enrol, make_programme, work_out
from tests.stories.test_bookkeeping import tables


def close_month(programme, at: dt.datetime) -> CloseItem:
    close = prepare(programme=programme, at=at)
    approve(close_id=close.pk, version=close.version, actor=boss(), at=at)
    for item_id in items_to_credit():
        credit(item_id=item_id, at=at)
    finish(at=at)
    return close.items.get()


@pytest.mark.django_db
def test_the_programme_of_the_page():
    staff = boss()
    programme = make_programme(staff, second_approval_above=100_000)
    enrolment = enrol(programme)
    count(enrolment, staff, ("2026-01-05", "DE", 10_000), ("2026-01-05", "FR", 4_000))
    work_out()
    first = Accrual.objects.get()
    assert [postings_of(first.entry_id)] == tables("F1")

    count(enrolment, staff, ("2026-01-05", "DE", 9_000))
    work_out()
    first.refresh_from_db()
    second = Accrual.objects.get(reversed_at=None)
    assert [postings_of(entry) for entry in (first.reversal_id, second.entry_id)] == tables("F2")

    item = close_month(programme, MARCH)
    assert [postings_of(item.entry_id)] == tables("F3")

    count(enrolment, staff, ("2026-01-05", "FR", 1_000))
    work_out()
    item = close_month(programme, MARCH + dt.timedelta(days=30))
    assert [postings_of(item.taking_entry_id)] == tables("F4")
