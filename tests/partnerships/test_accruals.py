import datetime as dt
import uuid

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.chart import CREATOR_CASH_AVAILABLE, CREATOR_CASH_PENDING
from ledger.queries import balance
from partnerships.accrual_arithmetic import Day, limited, of_ads, of_views
from partnerships.audits.programmes import audit_programmes
from partnerships.income_streams import Stream
from partnerships.models import Accrual, AccrualDue, IncomeDay, ProgrammeTerms
from partnerships.models.accruals import Limit
from partnerships.models.programmes import ProgrammeKind
from partnerships.operations.accruals import accrue_month
from partnerships.operations.closes import approve, credit, finish, prepare
from partnerships.operations.metrics import UnableToRecord
from partnerships.operations.programmes import NotPermitted, announce_terms
from partnerships.queries.closes import items_to_credit
from partnerships.queries.income import SOURCES
from tests.factories.partnerships_programmes import MARCH, START, boss, count, enrol, make_programme, work_out
from tests.factories.people import StaffFactory

JANUARY = dt.date(2026, 1, 1)
CAPS = st.none() | st.integers(1, 5_000)


def cash(enrolment, place=CREATOR_CASH_PENDING) -> int:
    return balance(place.of(enrolment.creator_id, "EUR"))


def accrued(enrolment) -> list[tuple]:
    """(day, amount, what limited it) of what stands."""
    rows = Accrual.objects.filter(enrolment=enrolment, reversed_at__isnull=True).order_by("date", "revision")
    return [(f"{row.date}", row.amount, row.limited_by) for row in rows]


class TestArithmetic:
    def test_rounds_a_day_down_once(self):
        views = [("DE", 333), ("FR", 333), ("US", 334)]
        rates = {"DE": 1_500_000, "": 20_000}
        assert of_views(views, rates, "EUR") == 51  # 0.4995 + 0.00666 + 0.00668 euros
        assert of_views(views, rates, "JPY") == 0
        assert of_views([("DE", 10**9)], {"DE": 1}, "KWD") == 1000
        assert of_views([("FR", 10**9)], {"DE": 1_000_000}, "EUR") == 0
        assert of_ads(12_345_678, 550, "EUR") == 679

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(earned=st.lists(st.integers(0, 10**6), max_size=31), daily=CAPS, monthly=CAPS, budget=CAPS)
    def test_keeps_every_limit_and_names_what_cut(self, earned, daily, monthly, budget):
        days = [Day(dt.date(2026, 1, 1 + n), amount, daily, monthly) for n, amount in enumerate(earned)]
        due = limited(days, budget)
        amounts = [amount for amount, _ in due]
        assert all(
            0 <= amount <= min(day.earned, daily or amount) for amount, day in zip(amounts, days, strict=True)
        )
        room = min(cap for cap in (monthly, budget, sum(earned)) if cap is not None)
        capped = [min(amount, amount if daily is None else daily) for amount in earned]
        assert sum(amounts) == min(sum(capped), room)
        for (amount, limit), day in zip(due, days, strict=True):
            assert (limit == Limit.NONE) == (amount == day.earned)


@pytest.mark.django_db
class TestAccrueMonth:
    def test_pays_views_by_country(self):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        count(
            enrolment,
            staff,
            ("2026-01-05", "DE", 10_000),
            ("2026-01-05", "FR", 4_000),
            ("2026-01-06", "DE", 3),
        )
        assert work_out() == 1
        assert accrued(enrolment) == [("2026-01-05", 2_400, "")]
        assert cash(enrolment) == 2_400
        assert AccrualDue.objects.count() == 0

    def test_shares_what_ads_brought(self):
        staff = boss()
        enrolment = enrol(make_programme(staff, ProgrammeKind.AD_REVENUE, share_per_mille=550))
        count(enrolment, staff, ("2026-01-05", "DE", 9, 12_345_678))
        work_out()
        assert accrued(enrolment) == [("2026-01-05", 679, "")]  # a hundredth of a cent is left

    def test_does_nothing_twice(self):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        for _ in range(2):
            count(enrolment, staff, ("2026-01-05", "DE", 10_000))
            work_out()
        assert accrue_month(enrolment_id=enrolment.pk, month=JANUARY, at=MARCH) == 0
        assert (Accrual.objects.count(), cash(enrolment)) == (1, 2_000)

    def test_reverses_and_accrues_anew_where_figures_change(self):
        staff = boss()
        enrolment = enrol(make_programme(staff, monthly_cap=3_000))
        count(enrolment, staff, ("2026-01-05", "DE", 10_000), ("2026-01-06", "DE", 10_000))
        work_out()
        assert accrued(enrolment) == [("2026-01-05", 2_000, ""), ("2026-01-06", 1_000, "month")]
        count(enrolment, staff, ("2026-01-05", "DE", 2_500))
        assert work_out() == 2
        assert accrued(enrolment) == [("2026-01-05", 500, ""), ("2026-01-06", 2_000, "")]
        assert Accrual.objects.filter(reversed_at__isnull=False, reversal__isnull=False).count() == 2
        assert cash(enrolment) == 2_500

    def test_keeps_the_caps_and_the_budget_of_all(self):
        staff = boss()
        programme = make_programme(staff, daily_cap=1_000, monthly_cap=1_800, monthly_budget=2_000)
        first, second = enrol(programme), enrol(programme)
        for enrolment in (first, second):
            days = [(f"2026-01-0{day}", "DE", 10_000) for day in (2, 3)]
            count(enrolment, staff, *days)
            work_out()
        assert accrued(first) == [("2026-01-02", 1_000, "day"), ("2026-01-03", 800, "month")]
        assert accrued(second) == [("2026-01-02", 200, "budget")]

    def test_counts_only_days_of_taking_part_and_by_their_terms(self):
        staff = boss()
        programme = make_programme(staff)
        enrolment = enrol(programme, at=START + dt.timedelta(days=4))
        announce_terms(
            terms=ProgrammeTerms(programme=programme, effective_date=dt.date(2026, 1, 20)),
            rates={"": 500_000},
            actor=staff,
            at=START,
        )
        count(enrolment, staff, *((f"2026-01-{day}", "DE", 10_000) for day in ("04", "05", "19", "20")))
        work_out()
        assert accrued(enrolment) == [
            ("2026-01-05", 2_000, ""),
            ("2026-01-19", 2_000, ""),
            ("2026-01-20", 500, ""),
        ]

    def test_is_income_of_its_stream(self):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        count(enrolment, staff, ("2026-01-05", "DE", 10_000), ("2026-01-06", "DE", 5_000))
        work_out()
        lines = list(SOURCES[Stream.CREATOR_FUND].lines(enrolment.creator_id, JANUARY, dt.date(2026, 1, 31)))
        assert [(f"{line.date}", line.amount, line.state) for line in lines] == [
            ("2026-01-06", 1_000, "pending"),
            ("2026-01-05", 2_000, "pending"),
        ]
        assert sum(line.amount for line in lines) == sum(IncomeDay.objects.values_list("amount", flat=True))


@pytest.mark.django_db
class TestRecordMetrics:
    @pytest.mark.parametrize(
        "day", [("2026-03-10", "DE", 5), ("2026-01-05", "DE", -5), ("2026-01-05", "DE", 10**13)],
        ids=["not over", "below zero", "too many"],
    )  # fmt: skip
    def test_refuses_what_can_not_be(self, day):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        with pytest.raises(UnableToRecord):
            count(enrolment, staff, day)
        assert work_out() == 0

    def test_is_for_permitted_staff(self):
        enrolment = enrol(make_programme(boss()))
        with pytest.raises(NotPermitted):
            count(enrolment, StaffFactory(), ("2026-01-05", "DE", 5))


def closed(programme, *staff, at=MARCH):
    close = prepare(programme=programme, at=at)
    for person in staff:
        close.refresh_from_db()
        close = approve(close_id=close.pk, version=close.version, actor=person, at=at)
    for item_id in items_to_credit():
        credit(item_id=item_id, at=at)
    finish(at=at)
    close.refresh_from_db()
    return close


@pytest.mark.django_db
class TestCorrection:
    """Of a day that was credited."""

    def credited(self):
        staff = boss()
        programme = make_programme(staff)
        enrolment = enrol(programme)
        count(enrolment, staff, ("2026-01-05", "DE", 10_000), ("2026-02-05", "DE", 1_000))
        work_out(at=MARCH - dt.timedelta(days=20))
        assert closed(programme, boss(), boss(), at=MARCH - dt.timedelta(days=20)).state == "credited"
        return staff, programme, enrolment

    def test_upwards_is_booked_on_the_day_it_was_found_out(self):
        staff, _, enrolment = self.credited()
        count(enrolment, staff, ("2026-01-05", "DE", 11_000))
        work_out()
        correction = Accrual.objects.get(amount=200, date="2026-01-05")
        assert (correction.booked_date, correction.revision) == (MARCH.date(), 2)
        assert (cash(enrolment), cash(enrolment, CREATOR_CASH_AVAILABLE)) == (400, 2_000)

    def test_downwards_is_taken_back_by_the_next_close(self):
        staff, programme, enrolment = self.credited()
        count(enrolment, staff, ("2026-01-05", "DE", 4_000))
        work_out()
        assert cash(enrolment, CREATOR_CASH_AVAILABLE) == 2_000
        assert accrued(enrolment)[1] == ("2026-01-05", -1_200, "")
        closed(programme, boss(), boss())  # February, to which the correction does not belong
        assert cash(enrolment, CREATOR_CASH_AVAILABLE) == 2_200
        close = closed(programme, boss(), boss(), at=MARCH + dt.timedelta(days=30))
        assert (close.month, close.total) == (dt.date(2026, 3, 1), -1_200)
        assert cash(enrolment, CREATOR_CASH_AVAILABLE) == 1_000
        assert cash(enrolment) == 0

    def test_that_is_taken_back_leaves_nothing(self):
        staff, _, enrolment = self.credited()
        for views in (4_000, 10_000):
            count(enrolment, staff, ("2026-01-05", "DE", views))
            work_out()
        assert accrued(enrolment) == [("2026-01-05", 2_000, ""), ("2026-02-05", 200, "")]


@pytest.mark.django_db
class TestAuditProgrammes:
    def test_finds_what_the_books_do_not_know(self):
        staff = boss()
        enrolment = enrol(make_programme(staff, daily_cap=5_000))
        count(enrolment, staff, ("2026-01-05", "DE", 10_000))
        work_out()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE partnerships_accrual SET amount = 6000")
        checks = {finding.check for finding in audit_programmes()}
        assert checks == {"programmes cost what they accrue", "a day keeps its cap"}
        Accrual.objects.update(amount=2_000)

    def test_finds_a_reversal_without_its_entry(self):
        staff = boss()
        enrolment = enrol(make_programme(staff))
        count(enrolment, staff, ("2026-01-05", "DE", 10_000))
        work_out()
        row = Accrual.objects.get()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE partnerships_accrual SET reversed_at = now(), reversal_id = entry_id WHERE id = %s",
                [uuid.UUID(str(row.pk))],
            )
        assert "an accrual is reversed with its entry" in {finding.check for finding in audit_programmes()}
        Accrual.objects.update(reversed_at=None, reversal=None)
