"""Two approvals of a month at once, and figures that change while it is approved, with real threads."""

import datetime as dt
import threading
import time
from unittest import mock

import pytest
from django.db import IntegrityError

from partnerships.models import Accrual, MonthClose
from partnerships.operations import closes
from partnerships.operations.accruals import accrue_month
from partnerships.operations.closes import WrongState, approve, prepare
from tests.concurrency.threads import PATIENCE, race, somebody_waits_for_us
from tests.factories.partnerships_programmes import MARCH, boss, count, enrol, make_programme, work_out

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def month():
    """January of one creator, prepared; one approval is enough."""
    staff = boss()
    programme = make_programme(staff, second_approval_above=10**9)
    enrolment = enrol(programme)
    count(enrolment, staff, ("2026-01-05", "DE", 10_000))
    work_out()
    return staff, enrolment, prepare(programme=programme, at=MARCH)


def until(happened) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened() and not somebody_waits_for_us() and time.monotonic() < deadline:
        time.sleep(0.01)


class TestTwoApprovals:
    def meet(self, close) -> list:
        actors, arrived, looked = [boss(), boss()], [], closes._refuse_own

        def look(*arguments):
            looked(*arguments)
            arrived.append(True)
            until(lambda: len(arrived) == 2)

        with mock.patch.object(closes, "_refuse_own", look):
            return race(
                lambda number: approve(
                    close_id=close.pk, version=close.version, actor=actors[number], at=MARCH
                ),
                2,
            )

    def test_are_one(self, month):
        answers = self.meet(month[2])
        assert {type(answer) for answer in answers} == {MonthClose, WrongState}

    def test_would_both_go_ahead_without_the_lock(self, month):
        def unlocked(close_id):
            return MonthClose.objects.select_related("programme").get(pk=close_id)

        with mock.patch.object(closes, "_locked", unlocked):
            answers = self.meet(month[2])
        assert WrongState not in {type(answer) for answer in answers}


class TestFiguresThatChangeDuringTheApproval:
    def meet(self, month) -> list:
        """The approval has read the accruals when one of them is worked out anew."""
        staff, enrolment, close = month
        count(enrolment, staff, ("2026-01-05", "DE", 4_000))
        approver, has_read, worked_out, read = boss(), threading.Event(), [], closes._open_rows

        def rows(*arguments):
            found = read(*arguments)
            has_read.set()
            until(lambda: worked_out)
            return found

        def work(number: int):
            if number == 0:
                return approve(close_id=close.pk, version=close.version, actor=approver, at=MARCH)
            has_read.wait(PATIENCE)
            try:
                return accrue_month(enrolment_id=enrolment.pk, month=dt.date(2026, 1, 1), at=MARCH)
            finally:
                worked_out.append(True)

        with mock.patch.object(closes, "_open_rows", rows):
            return race(work, 2)

    def test_are_a_correction(self, month):
        approved, _ = self.meet(month)
        assert approved.state == "approved"
        rows = Accrual.objects.order_by("revision").values_list("amount", "booked_date", "reversed_at")
        assert list(rows) == [(2_000, dt.date(2026, 1, 5), None), (-1_200, MARCH.date(), None)]

    def test_would_reverse_what_is_credited_without_the_lock(self, month):
        known = closes.open_accruals

        def unlocked(*arguments):
            rows = known(*arguments)
            rows.select_for_update = lambda **options: rows
            return rows

        with mock.patch.object(closes, "open_accruals", unlocked):
            refused, _ = self.meet(month)
        assert isinstance(refused, IntegrityError)
        assert MonthClose.objects.get().state == "prepared"
