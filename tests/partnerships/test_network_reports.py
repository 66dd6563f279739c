"""What the exports of affiliate networks look like, and how they are read."""

import csv
import datetime as dt
import io
import json

import pytest

from partnerships.imports import Chosen, Kind, Reading, UnreadableFile, reading_of, table_of
from partnerships.imports.currencies import currency_in_cell, currency_in_title
from partnerships.imports.days import day_of
from partnerships.imports.dialects import Column, Layout
from partnerships.models import NetworkCommission
from partnerships.queries.imports import preview
from tests.factories.partnerships_networks import (
    AMAZON,
    AMAZON_HEAD,
    AMAZON_INDIA,
    AMAZON_SPAIN,
    AWIN,
    CJ,
    IMPACT,
    bring,
    take,
)
from tests.factories.people import CreatorFactory
from tests.partnerships.test_merch_samples import SAMPLES, samples

MARCH = dt.date(2026, 3, 15)
TODAY = dt.date(2026, 5, 4)


class TestDayOf:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-03-15", "2026/3/15 10:20", "15.03.2026", "15.3.26", "15-Mar-2026 14:03:22", "15-Mar-26",
            "March 15 2026", "Mar 15, 2026", "15 March 2026", "15. März 2026", "15 de marzo de 2026",
            "15 mars 2026", "2026年3月15日", "2026-03-15T23:30:00Z", "2026-03-14T23:30:00-05:00",
            "15th Sept 2026",
        ],
    )  # fmt: skip
    def test_reads_a_day_in_many_ways(self, text):
        assert day_of(text) == (dt.date(2026, 9, 15) if "Sept" in text else MARCH)

    @pytest.mark.parametrize(
        "text", ["", "2026-02-30", "31/31/2026", "30 February 2026", "March 2026", "15 Mar Apr 2026", "20"]
    )
    def test_refuses_days_that_never_were(self, text):
        assert day_of(text, day_first=True) is None

    def test_leaves_open_which_comes_first_until_it_is_told(self):
        assert [day_of("03/04/26", first) for first in (True, False, None)] == [
            dt.date(2026, 4, 3),
            dt.date(2026, 3, 4),
            None,
        ]


class TestCurrencies:
    @pytest.mark.parametrize(
        ("title", "code"),
        [
            ("Ad Fees($)", "USD"), ("Ad Fees (Rs.)", "INR"), ("Revenue(CDN$)", "CAD"), ("Sale (EUR)", "EUR"),
            ("saleAmountUsd", "USD"), ("Sale Amount GBP", "GBP"), ("Commission Amount (Pub)", ""),
        ],
    )  # fmt: skip
    def test_stand_in_titles(self, title, code):
        assert currency_in_title(title) == code

    def test_stand_in_cells_and_a_shared_sign_is_what_people_mean(self):
        assert [currency_in_cell(text) for text in ("4.26 EUR", "£1,000.00", "-$5.00", "12")] == [
            "EUR",
            "GBP",
            "USD",
            "",
        ]
        assert (currency_in_cell("$5.00", "AUD"), currency_in_title("Fees(€)", "AUD")) == ("AUD", "EUR")


class TestReadingOf:
    """A whole column decides."""

    COLUMNS = (Column("day", ("Day",), kind=Kind.DAY), Column("sum", ("Sum",), kind=Kind.NUMBER))

    def of(self, *rows: str, **chosen) -> Reading:
        content = "\n".join(("Day;Sum", *rows)).encode()
        table = table_of(content, (Layout("x", "X", self.COLUMNS),))
        return reading_of(table, self.COLUMNS, Chosen(**chosen), TODAY)

    def test_sees_the_order_of_days_in_any_line(self):
        found = self.of("03/04/2026;1", "31/03/2026;1")
        assert found.day_first is True
        assert found.notes == (
            "Days are read day first, so 03/04/2026 is 3 April 2026: line 3 has 31/03/2026.",
        )
        assert self.of("03/04/2026;1", "03/31/2026;1").day_first is False

    def test_sees_it_in_days_that_would_lie_ahead(self):
        found = self.of("03/04/2026;1", "02/12/2026;1")
        assert found.day_first is False
        assert found.notes[0].endswith("otherwise line 3 (02/12/2026) would lie ahead.")

    def test_asks_where_every_line_is_open(self):
        with pytest.raises(UnreadableFile, match="3 April or 4 March") as refusal:
            self.of("03/04/2026;1", "02/02/2026;1")
        assert refusal.value.code == "day_order"
        assert self.of("03/04/2026;1", day_order="month").day_first is False

    def test_asks_where_lines_contradict_each_other(self):
        with pytest.raises(UnreadableFile, match="Line 2 has “31/03/2026” and line 3 “03/31/2026”"):
            self.of("31/03/2026;1", "03/31/2026;1")

    @pytest.mark.parametrize(
        ("cells", "locale"),
        [
            (("1,234.56",), "en"), (("12,50",), "de"), (("1.234,56", "5"), "de"), (("1,234", "7"), "en"),
            (("1.234",), "de"), (("0.123",), "en"), (("1.234", "0.50", "2.75"), "en"), (("5",), "en"),
            (("Rs.1,000.00",), "en"), (("-1.250,50 €",), "de"),
        ],
    )  # fmt: skip
    def test_sees_how_amounts_are_written(self, cells, locale):
        assert self.of(*(f"2026-03-01;{cell}" for cell in cells)).locale == locale


@pytest.mark.django_db
class TestRecognised:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    @pytest.mark.parametrize(
        ("text", "layout", "totals"),
        [
            (AMAZON, "amazon", {("USD", "Approved"): 52_22}),
            (AMAZON_INDIA, "amazon", {("INR", "Approved"): 160_00}),
            (AMAZON_SPAIN, "amazon", {("EUR", "Approved"): 50_02}),
            (
                AWIN,
                "awin",
                {
                    ("EUR", "Approved"): 104_20,
                    ("EUR", "Declined"): 1_00,
                    ("EUR", "Paid"): 8_00,
                    ("EUR", "Pending"): 4_26,
                },
            ),
            (CJ, "cj", {("USD", "Approved"): 0, ("USD", "Paid"): 80, ("USD", "Pending"): 4_00}),
            (
                IMPACT,
                "impact",
                {
                    ("USD", "Approved"): 12_34,
                    ("USD", "Declined"): 0,
                    ("USD", "Paid"): 2_40,
                    ("USD", "Pending"): 2_40,
                },
            ),
        ],
        ids=["amazon", "india", "spain", "awin", "cj", "impact"],
    )
    def test_by_its_head(self, text, layout, totals, encoding):
        found = bring(CreatorFactory(), text.encode(encoding))
        assert found.layout == layout
        assert {(each.currency, each.group): each.amount for each in preview(found).totals} == totals

    def test_or_told_what_it_lacks(self):
        with pytest.raises(UnreadableFile, match="most like Amazon Associates, but Ad Fees can't be found"):
            bring(CreatorFactory(), AMAZON_HEAD.replace("Ad Fees($)", "Qty") + "\n1,2,3\n")
        with pytest.raises(UnreadableFile, match="Awin: id, date, commission, commission_status; CJ: "):
            bring(CreatorFactory(), "a,b\n1,2\n")


@pytest.mark.django_db
class TestRead:
    def facts(self, text: str) -> dict[str, tuple]:
        creator = CreatorFactory()
        take(creator, text)
        rows = NetworkCommission.objects.filter(creator=creator).order_by("date", "external_id")
        return {
            row.reference: (str(row.date), row.state, row.amount, row.sale, row.sale_currency, row.reason)
            for row in rows
        }

    def test_keeps_a_sale_in_its_own_currency(self):
        assert self.facts(AWIN)["99440000001"] == ("2026-03-15", "approved", 104_20, 1042_00, "GBP", "")
        assert self.facts(IMPACT)["Z-1"][3:5] == (137_20, "CAD")

    def test_counts_what_cj_took_back_on_the_day_it_was_posted(self):
        creator = CreatorFactory()
        take(creator, CJ)
        days = dict(NetworkCommission.objects.values_list("external_id", "date"))
        assert (str(days["2301"]), str(days["2303"])) == ("2026-03-30", "2026-04-20")
        assert NetworkCommission.objects.get(external_id="2303").amount == -96_00

    def test_refuses_impacts_listing_by_product(self):
        head, *rows = IMPACT.splitlines()
        text = "\n".join([f"{head},SKU", *(f"{row},A-{place}" for place, row in enumerate(rows))])
        found = bring(CreatorFactory(), text)
        assert not found.rows.filter(problem="").exists()
        assert "one product of an action" in found.rows.first().problem

    def test_refuses_a_row_of_cjs_whose_posting_is_on_no_day(self):
        found = bring(CreatorFactory(), CJ.replace("02-Apr-2026 09:00:00", "2026-13-20", 1))
        [row] = found.rows.exclude(problem="")
        assert row.problem.startswith("Posting Date: “2026-13-20” is no day")

    def test_takes_a_day_with_an_offset_as_utc_and_rounds_half_to_even(self):
        assert self.facts(IMPACT)["Z-1"][:3] == ("2026-04-01", "approved", 12_34)

    def test_names_each_bad_line_with_its_reason(self):
        found = bring(CreatorFactory(), AWIN)
        assert list(found.rows.exclude(problem="").values_list("line", "problem")) == [
            (6, "date: “2026-02-30T09:00:00” is no day, or not written like 2026-03-31."),
            (7, "Its state “vanished” is none that we know: pending, 0, approved, confirmed, bonus, 1, "
                "declined, deleted, 2."),
        ]  # fmt: skip

    def test_refuses_days_ahead_and_amounts_without_a_currency(self):
        text = "id,date,commission,status\n1,2026-07-01,5.00,0\n2,2026-03-01,5.00,0\n"
        problems = bring(CreatorFactory(), text).rows.values_list("problem", flat=True)
        assert [problem.split(":")[0].split(".")[0] for problem in problems] == [
            "Nothing says in which currency it is",
            "Nothing says in which currency it is",
        ]
        told = bring(CreatorFactory(), text, chosen=Chosen(currency="EUR"))
        assert list(told.rows.values_list("problem", "currency")) == [
            ("date: “2026-07-01” lies ahead.", ""),
            ("", "EUR"),
        ]

    @samples
    def test_reads_what_awin_s_own_interface_answers(self):
        rows = json.loads((SAMPLES / "affiliate" / "awin_transaction_awinpy.json").read_text())
        flat = [
            {
                key: row[key]
                for key in ("id", "transactionDate", "commissionStatus", "orderRef", "advertiserId")
            }
            | {
                f"{key}.{part}": row[key][part]
                for key in ("saleAmount", "commissionAmount")
                for part in ("amount", "currency")
            }
            | {"paidToPublisher": row["paidToPublisher"], "clickDate": row["clickDate"]}
            for row in rows
        ]
        out = io.StringIO()
        table = csv.DictWriter(out, list(flat[0]))
        table.writeheader()
        table.writerows(flat)
        assert self.facts(out.getvalue()) == {
            "99439999999": ("2024-05-14", "pending", 4_26, 42_56, "EUR", "")
        }
