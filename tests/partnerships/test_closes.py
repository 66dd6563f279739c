"""Who may approve what a month credits, and when it takes two."""

import datetime as dt

import pytest
from django.urls import reverse

from ledger.chart import CREATOR_CASH_AVAILABLE
from partnerships.models import MetricWord
from partnerships.operations.closes import SETTLES, approve, prepare
from partnerships.operations.programmes import NotPermitted
from tests.factories.partnerships_programmes import MARCH, boss, count, enrol, make_programme, work_out
from tests.partnerships.test_accruals import cash, closed

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FEBRUARY, APRIL = MARCH - 20 * DAY, MARCH + 30 * DAY


def credited(staff, views: int = 10_000, **terms):
    """A creator's January, credited: EUR 2 for 1,000 views."""
    enrolment = enrol(make_programme(staff, **terms))
    count(enrolment, staff, ("2026-01-05", "DE", views))
    work_out(at=FEBRUARY)
    approvers = [boss()] if terms else [boss(), boss()]
    assert closed(enrolment.programme, *approvers, at=FEBRUARY).state == "credited"
    return enrolment


def approved(close, *people):
    for person in people:
        close.refresh_from_db()
        close = approve(close_id=close.pk, version=close.version, actor=person, at=APRIL)
    return close


class TestPrepare:
    def test_waits_until_the_month_is_over_and_its_last_figures_are_in(self):
        staff = boss()
        enrolment = credited(staff)
        count(enrolment, staff, ("2026-02-05", "DE", 500), at=FEBRUARY)
        work_out(at=FEBRUARY)
        over = dt.datetime(2026, 3, 1, tzinfo=dt.UTC) + SETTLES
        for at in (FEBRUARY, over - dt.timedelta(seconds=1)):
            assert prepare(programme=enrolment.programme, at=at) is None
        assert prepare(programme=enrolment.programme, at=over).month == dt.date(2026, 2, 1)


class TestApprove:
    def test_is_not_for_who_corrected_an_earlier_month_that_it_pays(self, client):
        friend, others = boss(), boss()
        enrolment = credited(others)
        count(enrolment, friend, ("2026-01-05", "DE", 15_000))
        count(enrolment, others, ("2026-03-05", "DE", 500))
        work_out()
        close = prepare(programme=enrolment.programme, at=APRIL)
        assert (close.month, close.total) == (dt.date(2026, 3, 1), 1_000 + 100)
        for teller in (friend, others):
            with pytest.raises(NotPermitted, match="You brought figures"):
                approved(close, teller)
        client.force_login(friend)
        page = client.get(reverse("admin:partnerships_monthclose_change", args=[close.pk])).text
        assert "You brought figures that it pays for" in page
        close.refresh_from_db()
        assert (close.state, close.first_approved_by) == ("prepared", None)
        assert cash(enrolment, CREATOR_CASH_AVAILABLE) == 2_000
        assert approved(close, boss(), boss()).state == "approved"

    def test_is_not_for_whose_figures_somebody_else_corrected_since(self):
        first, second = boss(), boss()
        enrolment = enrol(make_programme(first))
        for teller, views in ((first, 10_000), (second, 11_000)):
            count(enrolment, teller, ("2026-01-05", "DE", views))
        count(enrolment, boss(), ("2026-01-05", "DE", 11_000))  # says nothing new
        work_out()
        words = MetricWord.objects.order_by("id").values_list("told_by", "qualified_views")
        assert list(words) == [(first.pk, 10_000), (second.pk, 11_000)]
        close = prepare(programme=enrolment.programme, at=MARCH)
        for teller in (first, second):
            with pytest.raises(NotPermitted, match="You brought figures"):
                approved(close, teller)
        assert cash(enrolment, CREATOR_CASH_AVAILABLE) == 0

    def test_is_for_who_brought_figures_of_months_that_it_does_not_pay(self):
        staff, other = boss(), boss()
        enrolment = credited(staff)
        count(enrolment, other, ("2026-02-05", "DE", 500))
        work_out()
        close = prepare(programme=enrolment.programme, at=MARCH)
        assert approved(close, staff, boss()).state == "approved"

    def test_takes_two_for_much_that_is_credited_to_one_and_taken_from_another(self):
        staff = boss()
        loser = credited(staff, second_approval_above=2_000)
        winner = enrol(loser.programme)
        count(loser, staff, ("2026-01-05", "DE", 0))
        count(winner, staff, ("2026-03-05", "DE", 11_000))
        work_out(at=MARCH)
        close = prepare(programme=loser.programme, at=APRIL)
        assert close.total == 2_200 - 2_000
        close = approved(close, boss())
        assert (close.state, close.approved_by) == ("prepared", None)
        assert cash(winner, CREATOR_CASH_AVAILABLE) == 0
        assert approved(close, boss()).state == "approved"
