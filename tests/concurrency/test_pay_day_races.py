"""Two workers keep one pay day, with real threads."""

import datetime as dt
import threading
from unittest import mock

import pytest
from django.db import connection

from payouts.models import PayDay, PayoutMethod
from payouts.operations import pay_days
from payouts.operations.pay_days import keep_pay_day
from payouts.queries.pay_days import due
from tests.concurrency.test_payout_races import at_once
from tests.factories.payouts import PayoutMethodFactory, fix_rates, give_diamonds
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db(transaction=True)
PAY_DAY = dt.datetime(2026, 3, 16, 1, tzinfo=dt.UTC)


@pytest.fixture
def creator():
    fix_rates()
    creator = CreatorFactory()
    PayoutMethodFactory(owner=creator)
    give_diamonds(creator, 2_000_000, at=dt.datetime(2026, 2, 20, tzinfo=dt.UTC))
    return creator


def kept_twice() -> list:
    """By workers that meet after both have seen that nobody kept it yet."""
    (found,) = due(PAY_DAY)
    meet, real = threading.Barrier(2), pay_days.closed_with

    def closed_together(*facts):
        meet.wait(timeout=10)
        return real(*facts)

    with mock.patch.object(pay_days, "closed_with", closed_together):
        return at_once(*[lambda: keep_pay_day(due=found, at=PAY_DAY)] * 2)


class TestTwoWorkersOnOnePayDay:
    def test_ask_once(self, creator):
        one, other = kept_twice()
        assert one == other == PayDay.objects.get()
        assert creator.payouts.get() == one.payout

    def test_leave_one_note(self, creator):
        PayoutMethod.objects.update(usable_from=PAY_DAY + dt.timedelta(days=2))
        one, other = kept_twice()
        assert one == other == PayDay.objects.get()

    def test_control_would_leave_two_notes_without_the_constraint(self, creator):
        PayoutMethod.objects.update(usable_from=PAY_DAY + dt.timedelta(days=2))
        table, name = PayDay._meta.db_table, "payout_pay_day_once"
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            try:
                kept_twice()
                assert PayDay.objects.count() == 2
                cursor.execute(f"TRUNCATE {table}")
            finally:
                cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (creator_id, pay_date)")
