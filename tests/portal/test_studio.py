import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from ledger.units import format_amount
from partnerships.income_streams import Stream
from partnerships.operations.goals import set_goal
from portal.queries.standing import standing
from portal.queries.studio import dashboard
from tests.factories.gifts import earn, gift_from
from tests.factories.partnerships_affiliate import click, link, order
from tests.factories.partnerships_deals import NOW, deal_of, invoiced
from tests.factories.partnerships_programmes import boss, count, enrol, make_programme, work_out
from tests.factories.payouts import requested_payout
from tests.factories.people import CreatorFactory, UserFactory
from tests.partnerships.test_accruals import closed

pytestmark = pytest.mark.django_db


def board(creator, at=NOW, **narrowed):
    facts = {"months": 12, "streams": list(Stream)} | narrowed
    return dashboard(creator, at, money=lambda parts: format_amount(parts, creator.base_currency), **facts)


class TestStanding:
    def test_tells_what_balances_are_worth_in_the_creators_currency(self):
        creator = CreatorFactory(base_currency="JPY")
        earn(creator, 100_000, NOW)
        assert (
            500 < standing(creator, NOW).pending_here < 1_000
        )  # 1,000.00 diamonds: 5 dollars; yen are whole

    def test_names_what_no_rate_leads_to(self):
        creator = CreatorFactory(base_currency="CLP")
        earn(creator, 100_000, NOW)
        found = standing(creator, NOW)
        assert (found.pending, found.unvalued) == (0, ["DIAMOND"])

    def test_is_pending_as_the_table_says(self):
        """Also a commission that is held: no account of the creator has it yet."""
        creator = CreatorFactory(base_currency="EUR")
        earn(creator, 100_000, NOW)
        invoiced(deal_of(creator, currency="USD"), net=80_000)
        order(click(link(creator=creator)), amount=50_000)
        found, table = standing(creator, NOW), board(creator, months=60).income.total
        assert found.pending == table.pending
        assert found.pending_here == table.pending - found.pending_elsewhere > 4_30

    def test_adds_up_to_what_is_pending(self, client):
        """Beside the accounts: an order on hold, and a correction of a month that was closed."""
        creator, staff = CreatorFactory(base_currency="EUR"), boss()
        earn(creator, 100_000, NOW - dt.timedelta(days=3))
        order(click(link(creator=creator)), amount=50_000)
        enrolment = enrol(make_programme(staff), creator)
        count(enrolment, staff, ("2026-01-05", "DE", 10_000), ("2026-03-01", "DE", 7_000))
        work_out(at=NOW)
        closed(enrolment.programme, boss(), boss(), at=NOW)
        count(enrolment, staff, ("2026-01-05", "DE", 4_000), at=NOW)
        work_out(at=NOW)
        found = standing(creator, NOW)
        assert (found.held_orders, found.corrections) == (5_000, -1_200)
        booked = [unit.worth.pending for unit in found.units]
        assert booked[1] == 1_400
        assert sum(booked) + 5_000 - 1_200 + found.of_rates == found.pending_here
        assert abs(found.of_rates) < 30  # some cents of 5 dollars
        client.force_login(creator)
        with time_machine.travel(NOW, tick=False):
            page = client.get(reverse("studio")).text
        here = format_amount(found.pending_here, "EUR", "en")
        assert f"{here} here" in page
        assert f'Together, in EUR</th><td class="number money">{here}' in page
        assert format_amount(-1_200, "EUR", "en") in page

    def test_keeps_what_others_pay_apart_and_tells_what_is_late(self):
        creator = CreatorFactory(base_currency="EUR")
        invoice = invoiced(deal_of(creator, currency="EUR"), net=80_000)
        late = dt.datetime.combine(invoice.due_date, dt.time(12), tzinfo=dt.UTC) + dt.timedelta(days=2)
        before, after = standing(creator, NOW), standing(creator, late)
        assert (before.pending_here, before.pending_elsewhere, before.overdue) == (0, 80_000, 0)
        assert (after.pending_elsewhere, after.overdue) == (80_000, 80_000)


class TestDashboard:
    def test_follows_a_goal_through_the_month(self):
        creator = CreatorFactory(base_currency="USD")
        earn(creator, 100_000, NOW)
        set_goal(creator=creator, stream=Stream.GIFTS, amount=1000, currency="USD", at=NOW)
        [goal] = board(creator).goals
        assert (goal.target, goal.reached) == (1000, 500)

    def test_tells_contracts_from_what_is_earned(self):
        creator = CreatorFactory(base_currency="EUR")
        invoiced(deal_of(creator, currency="EUR"), net=80_000)
        earn(creator, 100_000, NOW)
        months = board(creator).forecast
        gifts, _, _, invoices = (
            sum(values) for values in zip(*(month.earned for month in months), strict=True)
        )
        assert gifts > 0
        assert invoices == 80_000
        assert sum(month.agreed[0] for month in months) == 0

    def test_warns_where_one_kind_brings_nearly_all(self):
        creator = CreatorFactory(base_currency="EUR")
        assert board(creator).concentrated is None
        earn(creator, 100_000, NOW)
        assert board(creator).concentrated.stream == Stream.GIFTS
        invoiced(deal_of(creator, currency="EUR"), net=80_000)
        assert board(creator).concentrated.stream == Stream.BRAND_DEALS
        assert board(creator, streams=[Stream.GIFTS]).concentrated.stream == Stream.BRAND_DEALS

    def test_warns_where_one_party_brings_most(self):
        creator = CreatorFactory(base_currency="EUR")
        invoiced(deal_of(creator, currency="EUR"), net=80_000)
        found = board(creator).dependent
        assert (found.name, found.stream, found.share) == ("Aurora Audio", Stream.BRAND_DEALS, 1000)
        invoiced(deal_of(creator, brand="Beta", currency="EUR"), net=80_001)
        assert board(creator).dependent.name == "Beta"
        invoiced(deal_of(creator, brand="Gamma", currency="EUR"), net=80_001)
        assert board(creator).dependent is None
        assert board(creator).concentrated.stream == Stream.BRAND_DEALS


class TestStudioPage:
    def test_shows_figures_that_lead_to_their_rows(self, client):
        creator = CreatorFactory()
        gift_from(UserFactory(), creator, "comet-band", at=timezone.now())
        client.force_login(creator)
        page = client.get(reverse("studio")).content.decode()
        assert "1,500.00 diamonds" in page
        assert f'href="{reverse("income")}?stream=gifts&amp;since=' in page

    def test_greets_a_creator_who_has_nothing_yet(self, client):
        client.force_login(CreatorFactory(country="US"))
        page = client.get(reverse("studio")).content.decode()
        assert "Nothing is pending" in page
        assert "Your next step" in page
        assert "Nothing came in this time" in page

    def test_shows_everything_where_the_period_makes_no_sense(self, client):
        client.force_login(CreatorFactory())
        answer = client.get(reverse("studio"), {"months": "7", "stream": "lottery"})
        assert answer.status_code == 400
        assert len(answer.context["board"].income.months) == 12

    def test_keeps_what_makes_sense_beside_a_period_that_does_not(self, client):
        creator = CreatorFactory(base_currency="EUR")
        invoiced(deal_of(creator, currency="EUR"), at=timezone.now())
        earn(creator, 100_000, timezone.now())
        client.force_login(creator)
        answer = client.get(reverse("studio"), {"months": "3", "stream": "brand_deals"})
        assert [row.stream for row in answer.context["board"].income.rows] == [Stream.BRAND_DEALS]
        assert '&amp;stream=brand_deals">Download these figures' in answer.text

    def test_follows_a_payout_that_is_under_way(self, client):
        payout = requested_payout(at=timezone.now())
        client.force_login(payout.creator)
        page = client.get(reverse("studio")).content.decode()
        assert f'href="{reverse("payouts:payout", args=[payout.id])}">Follow it</a>' in page

    def test_offers_a_viewer_to_become_a_creator(self, client):
        client.force_login(UserFactory())
        for name in ("studio", "income", "income_csv", "goals"):
            assert "Become a creator" in client.get(reverse(name)).content.decode()

    def test_asks_strangers_to_log_in(self, client):
        for name in ("studio", "income", "income_csv", "goals"):
            assert client.get(reverse(name)).headers["Location"].startswith(reverse("account_login"))

    def test_takes_as_many_queries_however_much_there_is(self, client, django_assert_max_num_queries):
        creator = CreatorFactory()
        deal = deal_of(creator)
        for number in range(30):
            earn(creator, 100, timezone.now() - dt.timedelta(days=number))
        for _ in range(3):
            invoiced(deal, net=5000)
        client.force_login(creator)
        with time_machine.travel(NOW, tick=False), django_assert_max_num_queries(QUERIES):
            client.get(reverse("studio"))


QUERIES = 45
