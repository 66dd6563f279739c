"""What tax offices are told of a year."""

import csv
import datetime as dt
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from ledger.sheets import sheet
from payouts.models import IdentityVersion, PayoutRequest, TaxForm
from payouts.operations.settlement import return_payout, settle, start_remitting
from payouts.queries.tax_reports import dac7_rows, nec_rows
from payouts.queries.tax_years import year_totals
from tests.factories.payouts import IdentityFactory, TaxFormFactory, approved_payout, paid_payout, reviewer
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
MARCH = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
JULY = dt.datetime(2026, 7, 10, 12, tzinfo=dt.UTC)
NEW_YEAR = dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC)


@pytest.fixture
def lumi():
    """90.45 EUR gross in March, and again in June."""
    creator = CreatorFactory(handle="lumi", display_name="=Lumi")
    paid_payout(creator, at=MARCH)
    paid_payout(creator, at=MARCH + dt.timedelta(days=90))
    return creator


class TestYearTotals:
    def test_adds_up_by_quarter_and_year(self, lumi):
        totals = year_totals(lumi.pk, 2026)
        assert [(row.quarter, row.gross, row.fees, row.net) for row in totals.quarters] == [
            (1, 9_045, 80, 8_965),
            (2, 9_045, 80, 8_965),
        ]
        (year,) = totals.years
        assert (year.payouts, year.gross, year.gross_usd, year.tax) == (2, 18_090, 20_000, 0)

    def test_takes_off_what_came_back_on_the_day_it_came(self, lumi):
        payout = lumi.payouts.latest("id")
        return_payout(payout_id=payout.id, code="AC04", at=NEW_YEAR, evidence={})
        assert year_totals(lumi.pk, 2026).years[0].gross == 18_090
        (year,) = year_totals(lumi.pk, 2027).years
        assert (year.payouts, year.gross, year.net) == (-1, -9_045, -8_965)

    def test_is_empty_for_a_year_of_nothing(self, lumi):
        assert year_totals(lumi.pk, 2025).quarters == []


class TestDac7Rows:
    def test_give_a_row_for_each_quarter(self, lumi):
        CreatorFactory(country="US")
        rows = dac7_rows(2026)
        assert [
            (row["seller"], row["quarter"], row["consideration"], row["fees"], row["activities"])
            for row in rows
        ] == [("Lumi Sommer", 1, "89.65", "0.80", 1), ("Lumi Sommer", 2, "89.65", "0.80", 1)]


class TestNecRows:
    def test_start_at_the_year_s_threshold(self, lumi, settings):
        payout = start_remitting(payout_id=approved_payout(lumi, at=JULY).id, at=JULY)
        lumi.country = "US"
        lumi.save()
        settle(payout_id=payout.id, at=JULY, evidence={})
        assert nec_rows(2026) == []  # 100 dollars since moving to the US; 2,000 are needed
        settings.TAX_1099_NEC_FROM_USD = {2025: 101, 2026: 100, 2027: 101}
        (row,) = nec_rows(2026)
        assert (row["recipient"], row["box_1"], row["box_4"]) == ("Lumi Sommer", "100.00", "0.00")


@pytest.fixture
def mover(settings):
    """90.45 EUR in Germany in March, and after moving to the US as much in July, with backup withholding."""
    settings.TAX_1099_NEC_FROM_USD = {2026: 1}
    creator = CreatorFactory()
    paid_payout(creator, at=MARCH)
    payout = approved_payout(creator, at=JULY)
    PayoutRequest.objects.filter(pk=payout.pk).update(tax=2_171, net=payout.net - 2_171)
    IdentityVersion.objects.update(state="superseded")
    TaxForm.objects.update(state="superseded")
    creator.country = "US"
    creator.save()
    IdentityFactory(creator=creator, street="5 Main St", city="Salem", number=2, decided_at=JULY)
    w9 = {"kind": "w9", "number": "536904399", "masked": "•••• 4399", "expires_at": None}
    TaxFormFactory(creator=creator, signed_at=JULY, **w9)
    start_remitting(payout_id=payout.pk, at=JULY)
    settle(payout_id=payout.pk, at=JULY, evidence={})
    return creator


class TestWhoMoves:
    def test_is_told_to_each_country_as_they_were_there(self, mover):
        (german,), (american,) = dac7_rows(2026), nec_rows(2026)
        assert (german["country"], german["city"], german["tax_number"]) == ("DE", "Berlin", "36574261809")
        assert (german["quarter"], german["consideration"]) == (1, "89.65")
        assert (american["country"], american["city"], american["tax_number"]) == ("US", "Salem", "536904399")

    def test_is_told_what_was_withheld_in_dollars(self, mover):
        (row,) = nec_rows(2026)
        assert (row["box_1"], row["box_4"]) == ("100.00", "24.00")  # 21.71 of 90.45 EUR


class TestThePage:
    def test_shows_a_creator_their_year(self, client, lumi, django_assert_num_queries):
        client.force_login(lumi)
        client.get(reverse("payouts:tax_year", args=[2026]))
        with django_assert_num_queries(5):
            page = client.get(reverse("payouts:tax_year", args=[2026])).content.decode()
        assert "€180.90" in page
        for year in (0, 2025, 10_000):
            assert client.get(reverse("payouts:tax_year", args=[year])).status_code == 404


class TestTheDesk:
    def url(self):
        return reverse("admin:payouts_selfbillinginvoice_taxes")

    def staff(self):
        person = reviewer()
        person.user_permissions.add(
            *Permission.objects.filter(codename__in=["export_taxes", "view_selfbillinginvoice"])
        )
        return person

    def test_hands_out_a_file_and_logs_it(self, client, lumi):
        person = self.staff()
        client.force_login(person)
        assert "2026" in client.get(self.url()).content.decode()
        answer = client.post(self.url(), {"year": "2026", "report": "dac7"})
        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        assert [(row["seller"], row["consideration"]) for row in rows] == [("Lumi Sommer", "89.65")] * 2
        entry = LogEntry.objects.get()
        assert (entry.user, entry.change_message) == (person, "Downloaded dac7 of 2026.")

    @pytest.mark.parametrize("asked", [{}, {"year": "x", "report": "dac7"}, {"year": "2026", "report": "x"}])
    def test_says_what_is_wrong_with_a_form(self, client, lumi, asked):
        client.force_login(self.staff())
        assert client.post(self.url(), asked).status_code == 422
        assert not LogEntry.objects.exists()

    def test_is_closed_to_reviewers(self, client, lumi):
        client.force_login(reviewer())
        assert client.get(self.url()).status_code == 403
        assert client.post(self.url(), {"year": "2026", "report": "dac7"}).status_code == 403


class TestSheet:
    def test_lets_no_text_become_a_formula_and_leaves_numbers_alone(self):
        rows = [{"name": "=1+1", "amount": "-0.35", "other": "-x", "count": 2}]
        assert sheet(rows) == "name,amount,other,count\r\n'=1+1,-0.35,'-x,2\r\n"

    def test_says_that_there_is_nothing(self):
        assert sheet([]) == "nothing to report\r\n"
