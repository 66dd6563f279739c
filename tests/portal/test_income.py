import csv
import datetime as dt
import io

import pytest
import time_machine
from django.db.models import Sum
from django.urls import reverse

from ledger import operations
from partnerships.income_streams import IncomeState, Stream
from partnerships.models import IncomeDay
from partnerships.operations.goals import set_goal
from partnerships.queries.goals import goals_of
from portal.queries import income_lines
from portal.queries.advice import Span, changes, spans
from portal.queries.income import Earned, earned, income
from tests.factories.gifts import earn, gift_from
from tests.factories.partnerships_deals import NOW, deal_of, invoiced
from tests.factories.people import CreatorFactory, UserFactory
from wallets.operations.clearing import release_cleared
from wallets.operations.undo import undo_gift

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = dt.timedelta(days=1)


def gifts_of(creator, since=TODAY - 30 * DAY, until=TODAY + 30 * DAY) -> list[Earned]:
    return earned(creator.pk, since=since, until=until, currency="USD", streams=[Stream.GIFTS])


class TestEarned:
    def test_counts_what_was_earned_and_not_what_was_released(self):
        gift = gift_from(UserFactory(), CreatorFactory(), "kite", at=NOW)
        [pending] = gifts_of(gift.creator)
        release_cleared(creator_id=gift.creator_id, at=NOW + 21 * DAY)
        [credited] = gifts_of(gift.creator)
        assert (pending.rows, pending.amount, pending.state) == (1, 49_00, IncomeState.PENDING)
        assert (credited.rows, credited.amount, credited.state) == (1, 49_00, IncomeState.CREDITED)

    def test_leaves_out_what_was_undone(self):
        creator, viewer = CreatorFactory(), UserFactory()
        gift_from(viewer, creator, "kite", at=NOW)
        undo_gift(viewer=viewer, gift_id=gift_from(viewer, creator, "lantern", at=NOW).pk, at=NOW)
        [day] = gifts_of(creator)
        assert (day.rows, day.amount) == (1, 49_00)

    def test_takes_off_what_a_dispute_took_back_and_leaves_the_gift_counted(self):
        gift = gift_from(UserFactory(), CreatorFactory(), "kite", at=NOW)
        operations.reverse(entry_id=gift.pk, key="dispute", reason="dispute", at=NOW)
        assert [(day.rows, day.amount) for day in gifts_of(gift.creator)] == [(1, 0)]

    def test_values_each_day_at_its_own_rate(self):
        creator = CreatorFactory()
        deal = deal_of(creator, currency="EUR")
        invoiced(deal, net=100_000, at=NOW)
        invoiced(deal, net=100_000, at=NOW - 200 * DAY)
        days = earned(creator.pk, since=TODAY - 300 * DAY, until=TODAY, currency="USD")
        assert len({day.worth for day in days}) == 2
        assert {day.amount for day in days} == {100_000}


class TestIncome:
    def test_covers_whole_months_across_the_year(self):
        found = income(CreatorFactory().pk, months=12, today=dt.date(2026, 3, 15), currency="EUR")
        assert [found.months[0], found.months[-1]] == [dt.date(2025, 4, 1), dt.date(2026, 3, 1)]
        assert found.rows == []

    def test_compares_with_the_same_part_of_the_time_before(self):
        creator = CreatorFactory()
        today = dt.date(2026, 3, 15)
        for day, diamonds in (("2026-03-10", 3000), ("2025-03-10", 1000), ("2025-03-20", 9000)):
            earn(creator, diamonds, dt.datetime.fromisoformat(f"{day}T12:00+00:00"))
        [row] = income(creator.pk, months=12, today=today, currency="USD").rows
        assert (row.earned, row.before, row.growth) == (15, 5, 2000)

    def test_adds_up_whichever_way_it_is_cut(self):
        creator = CreatorFactory(base_currency="GBP")
        for number in range(7):
            earn(creator, 3333 + number, NOW - number * 17 * DAY)
            invoiced(deal_of(creator, currency="USD"), net=9_999 + number, at=NOW - number * 23 * DAY)
        found = income(creator.pk, months=6, today=TODAY, currency="GBP")
        assert found.total.earned == sum(row.earned for row in found.rows) == sum(found.total.months)
        assert all(
            row.earned == sum(row.months) == sum(amount for _, amount in row.states) for row in found.rows
        )
        assert sum(row.share for row in found.rows) == pytest.approx(1000, abs=1)

    def test_says_which_units_have_no_rate(self):
        creator = CreatorFactory()
        invoiced(deal_of(creator, currency="CLP"), net=5000)
        found = income(creator.pk, months=6, today=TODAY, currency="EUR")
        assert (found.unvalued, found.total.earned) == (["CLP"], 0)


class TestRowsPage:
    @pytest.fixture
    def creator(self, client):
        creator = CreatorFactory(base_currency="GBP")
        for number in range(3):
            earn(creator, 3333, NOW - number * DAY)
            invoiced(deal_of(creator, currency="USD"), net=9_999, at=NOW - number * DAY)
        client.force_login(creator)
        with time_machine.travel(NOW, tick=False):
            yield creator

    def test_leads_from_a_figure_to_the_rows_that_make_it(self, client, creator):
        page = client.get(reverse("income"), {"stream": "brand_deals", "since": TODAY, "until": TODAY})
        [day] = page.context["days"]
        [(stream, line)] = day.lines
        assert (stream, line.amount, line.currency) == (Stream.BRAND_DEALS, 9_999, "USD")
        assert page.context["total"] == day.worth
        assert f'href="{line.url}"' in page.content.decode()

    def test_equals_its_csv_and_the_studio(self, client, creator):
        shown = client.get(reverse("income")).context["total"]
        sheet = list(csv.DictReader(io.StringIO(client.get(reverse("income_csv")).content.decode())))
        studio = client.get(reverse("studio")).context["board"].income.total.earned
        assert round(sum(float(row["worth"]) for row in sheet) * 100) == shown == studio
        assert {row["currency"] for row in sheet} == {"GBP"}

    def test_stays_a_page_however_busy_a_day_was(self, client, creator, monkeypatch):
        monkeypatch.setattr(income_lines, "ROWS", 2)
        for _ in range(3):
            invoiced(deal_of(creator, currency="USD"), net=100, at=NOW - DAY)
        asked = {"stream": "brand_deals"}
        pages = [client.get(reverse("income"), asked | {"page": page}).context for page in (1, 2, 3)]
        assert [[(day.date, len(day.lines), day.more) for day in page["days"]] for page in pages] == [
            [(TODAY, 1, 0)],
            [(TODAY - DAY, 2, 2)],
            [(TODAY - 2 * DAY, 1, 0)],
        ]

    def test_reads_no_further_back_than_a_page_spans(self, client, creator):
        invoiced(deal_of(creator, currency="USD"), net=100, at=NOW - 300 * DAY)
        asked = {"stream": "brand_deals", "since": TODAY - 310 * DAY}
        assert client.get(reverse("income"), asked).context["page_obj"].paginator.num_pages == 2

    def test_narrows_to_a_state(self, client, creator):
        assert client.get(reverse("income"), {"state": "paid"}).context["days"] == []

    @pytest.mark.parametrize(
        "asked",
        [
            {"since": "2026-02-30"},
            {"since": "0001-01-01"},
            {"since": "2026-03-02", "until": "2026-03-01"},
            {"state": "x"},
        ],
        ids=["no day", "long ago", "backwards", "no state"],
    )
    def test_explains_days_that_make_no_sense(self, client, creator, asked):
        page = client.get(reverse("income"), asked)
        assert page.status_code == 400
        assert "in all" not in page.content.decode()
        assert "Nothing came" not in page.content.decode()
        assert client.get(reverse("income_csv"), asked).status_code == 400

    def test_shows_nothing_of_others(self, client, creator):
        client.force_login(CreatorFactory())
        assert client.get(reverse("income")).context["days"] == []

    def test_takes_as_many_queries_however_many_rows(self, client, creator, django_assert_num_queries):
        with django_assert_num_queries(QUERIES):
            client.get(reverse("income"))
        for number in range(4):
            invoiced(deal_of(creator, currency="USD"), net=9_999, at=NOW - number * DAY)
        with django_assert_num_queries(QUERIES):
            client.get(reverse("income"))


QUERIES = 9


class TestSpans:
    def test_looks_at_whole_months_in_a_months_first_week(self):
        now, before = spans(dt.date(2026, 3, 7))
        assert (now.first, now.last) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
        assert (before.first, before.last) == (dt.date(2026, 1, 1), dt.date(2026, 1, 31))

    def test_compares_the_same_days_later_on(self):
        now, before = spans(dt.date(2026, 3, 31))
        assert (now.first, now.last) == (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
        assert (before.first, before.last) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))


class TestChanges:
    NOW = Span(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    BEFORE = Span(dt.date(2026, 2, 1), dt.date(2026, 2, 28))

    def told(self, *days: tuple[Stream, int, int, int]) -> list[str]:
        """Of (stream, month, worth, rows)."""
        rows = [
            Earned(stream, dt.date(2026, month, 5), "USD", IncomeState.PAID, worth, count, worth)
            for stream, month, worth, count in days
        ]
        return changes(rows, self.NOW, self.BEFORE, lambda parts: f"${parts}")

    def test_names_the_largest_first_with_its_cause(self):
        told = self.told(
            (Stream.MERCH, 2, 300, 3),
            (Stream.MERCH, 3, 200, 2),
            (Stream.AFFILIATE, 2, 100, 2),
            (Stream.AFFILIATE, 3, 800, 2),
        )
        assert told == [
            "Affiliate brought $700 more ($800 after $100): as many commissions, $400 each after $50.",
            "Merch brought $100 less ($200 after $300): 2 shipments and refunds after 3 shipments and "
            "refunds, each worth about the same.",
        ]

    def test_knows_beginnings_and_ends(self):
        assert self.told((Stream.GIFTS, 3, 50, 1), (Stream.MERCH, 2, 20, 1)) == [
            "Gifts brought $50, after nothing in the time before.",
            "Merch brought nothing, after $20.",
        ]

    def test_is_silent_where_nothing_changed(self):
        assert self.told((Stream.GIFTS, 2, 50, 1), (Stream.GIFTS, 3, 50, 5)) == []


class TestSetGoal:
    def test_holds_from_its_month_until_the_next(self):
        creator = CreatorFactory()
        set_goal(creator=creator, stream=Stream.MERCH, amount=500, currency="EUR", at=NOW)
        set_goal(creator=creator, stream=Stream.MERCH, amount=0, currency="EUR", at=NOW + 40 * DAY)
        first = TODAY.replace(day=1)
        assert goals_of(creator.pk, first)[Stream.MERCH].amount == 500
        assert goals_of(creator.pk, first - DAY) == goals_of(creator.pk, first + 70 * DAY) == {}

    def test_is_set_on_its_page(self, client):
        creator = CreatorFactory(base_currency="EUR")
        client.force_login(creator)
        assert client.post(reverse("goals"), {"gifts": "1,250.50"}).status_code == 302
        assert creator.income_goals.get().amount == 125_050
        asked = {"gifts": "lots", "merch": "-5", "affiliate": "9" * 23}
        wrong = client.post(reverse("goals"), asked)
        assert wrong.status_code == 400
        assert wrong.context["form"].errors == {
            "gifts": ["Write the amount like 1,234.00."],
            "merch": ["Write zero or more."],
            "affiliate": ["That is more than can be counted here."],
        }
        assert creator.income_goals.get().amount == 125_050

    def test_ends_one_of_a_currency_that_is_not_the_creators_any_more(self, client):
        creator = CreatorFactory(base_currency="EUR")
        set_goal(creator=creator, stream=Stream.MERCH, amount=500, currency="USD", at=NOW)
        client.force_login(creator)
        with time_machine.travel(NOW, tick=False):
            assert b"Now $5.00" in client.get(reverse("goals")).content
            client.post(reverse("goals"), {"merch": ""})
        assert goals_of(creator.pk, TODAY.replace(day=1)) == {}


class TestIncomeDays:
    def test_hold_what_the_invoices_say(self):
        invoiced(deal_of(CreatorFactory(), currency="EUR"), net=80_000)
        assert IncomeDay.objects.aggregate(Sum("amount")) == {"amount__sum": 80_000}
