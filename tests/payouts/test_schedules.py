import datetime as dt

import pytest

from payouts import calendar
from payouts.models import PayoutPolicy
from payouts.schedules import Cycle, closing_moment, latest_cycle, next_cycle

EU = PayoutPolicy(region="EU", currency="EUR")
US = PayoutPolicy(region="US", currency="USD")
day = dt.date.fromisoformat


class TestNextCycle:
    @pytest.mark.parametrize(
        ("schedule", "today", "closes_on", "pay_date"),
        [
            ("weekly", "2026-03-02", "2026-03-01", "2026-03-04"),
            ("weekly", "2026-03-04", "2026-03-01", "2026-03-04"),
            ("weekly", "2026-03-05", "2026-03-08", "2026-03-11"),
            ("monthly", "2026-03-02", "2026-02-28", "2026-03-16"),  # the 15th is a Sunday
            ("monthly", "2026-03-17", "2026-03-31", "2026-04-15"),
            ("monthly", "2026-12-16", "2026-12-31", "2027-01-15"),
            ("quarterly", "2026-03-02", "2026-03-31", "2026-04-15"),
            ("quarterly", "2026-04-16", "2026-06-30", "2026-07-15"),
            ("quarterly", "2026-11-22", "2026-12-31", "2027-01-15"),
        ],
    )
    def test_pays_after_the_close(self, schedule, today, closes_on, pay_date):
        assert next_cycle(schedule, EU, day(today)) == Cycle(day(closes_on), day(pay_date))

    def test_knows_no_pay_days_on_demand(self):
        assert next_cycle("on_demand", EU, day("2026-03-02")) is None
        assert latest_cycle("on_demand", EU, day("2026-03-02")) is None

    def test_waits_for_the_country_s_banks(self):
        # The 11th of November 2026, a Wednesday, is Veterans Day; TARGET settles.
        assert next_cycle("weekly", US, day("2026-11-10")).pay_date == day("2026-11-12")
        assert next_cycle("weekly", EU, day("2026-11-10")).pay_date == day("2026-11-11")

    @pytest.mark.parametrize("schedule", ["weekly", "monthly", "quarterly"])
    def test_follows_the_latest_without_a_gap(self, schedule):
        today = day("2026-01-01")
        while today < day("2027-01-01"):
            coming = next_cycle(schedule, EU, today)
            before = latest_cycle(schedule, EU, coming.pay_date - dt.timedelta(days=1))
            assert before.pay_date < today <= coming.pay_date
            assert latest_cycle(schedule, EU, coming.pay_date) == coming
            today = coming.pay_date + dt.timedelta(days=1)


class TestClosingMoment:
    def test_is_the_midnight_after_the_last_day(self):
        cycle = Cycle(day("2026-02-28"), day("2026-03-16"))
        assert closing_moment(cycle) == dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


class TestIsBusinessDay:
    def test_knows_weekends_alone_where_the_library_knows_nothing(self):
        assert calendar.is_business_day(day("2026-03-02"), region="XX", currency="XXX")
        assert not calendar.is_business_day(day("2026-03-01"), region="XX", currency="XXX")
