"""Invoices to brands: numbers, money that adds up, and the income that comes of them."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from uuid_utils.compat import uuid7

from ledger.operations import IdempotencyConflict
from partnerships.audits.deals import audit_deal_invoices
from partnerships.deal_states import InvoiceState, Stage
from partnerships.income_streams import IncomeState, Stream
from partnerships.models import BrandDeal, IncomeDay, Invoice, InvoicePayment, InvoiceSeries
from partnerships.operations import deal_invoices as operations
from partnerships.operations.deal_invoices import Line, UnableToInvoice
from partnerships.operations.deal_moves import UnknownDeal
from partnerships.operations.deal_payments import record_payment, take_back_payment
from partnerships.queries.deal_invoices import ageing
from partnerships.queries.deals import forecast, overdue
from partnerships.queries.income import SOURCES
from tests.factories.partnerships_deals import (
    NOW,
    TODAY,
    brand_of,
    days,
    deal_of,
    drafted,
    invoiced,
    milestone_of,
)
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def creator():
    return CreatorFactory(handle="lumi", base_currency="EUR")


@pytest.fixture
def deal(creator):
    return deal_of(creator, stage=Stage.DELIVERED)


@pytest.fixture
def studio(client, creator):
    client.force_login(creator)
    return client


def paid(invoice, amount: int, on: dt.date = TODAY, key=None) -> InvoicePayment:
    return record_payment(
        creator=invoice.creator,
        invoice_id=invoice.pk,
        amount=amount,
        paid_date=on,
        key=key or uuid7(),
        at=NOW,
    )


def cancelled(invoice) -> Invoice:
    return operations.cancel_invoice(creator=invoice.creator, invoice_id=invoice.pk, at=NOW)


def income(creator) -> dict:
    """{(day, state): amount}, which the rows one by one add up to as well."""
    kept = {
        (day.date, day.state): day.amount
        for day in IncomeDay.objects.filter(creator=creator, stream=Stream.BRAND_DEALS)
    }
    lines: dict = {}
    for line in SOURCES[Stream.BRAND_DEALS].lines(creator.pk, TODAY - days(400), TODAY + days(400)):
        lines[line.date, line.state] = lines.get((line.date, line.state), 0) + line.amount
    assert kept == lines
    return kept


class TestIssueInvoice:
    def test_takes_the_next_number_and_the_words_of_the_day(self, creator, deal):
        first, second = invoiced(deal), invoiced(deal)
        assert (first.name, second.name) == ("LUMI-00001", "LUMI-00002")
        assert (first.issue_date, first.due_date) == (TODAY, TODAY + days(30))
        assert (first.seller_name, first.customer_name) == ("Lumi Aalto", "Aurora Audio")

    def test_is_of_the_day_in_utc_wherever_its_creator_is(self, creator, deal, studio):
        creator.time_zone = "Pacific/Auckland"
        creator.save()
        night = dt.datetime(2026, 3, 2, 20, tzinfo=dt.UTC)  # nine in the morning of the 3rd there
        about = {"creator": creator, "at": night}
        with timezone.override("Pacific/Auckland"):
            first, second = invoiced(deal, at=night), invoiced(deal, at=night)
            note = operations.cancel_invoice(invoice_id=second.pk, **about)
            assert {each.issue_date for each in (first, second, note)} == {TODAY}
            facts = {"invoice_id": first.pk, "amount": first.gross, "key": uuid7(), **about}
            with pytest.raises(UnableToInvoice):
                record_payment(paid_date=TODAY + days(1), **facts)
            record_payment(paid_date=TODAY, **facts)
        assert income(creator) == {(TODAY, IncomeState.PAID): 100_000}

    @time_machine.travel(dt.datetime(2026, 4, 1, 20, tzinfo=dt.UTC), tick=False)
    def test_is_overdue_on_every_page_from_the_same_day_on(self, creator, deal, studio):
        creator.time_zone = "Pacific/Auckland"
        creator.save()
        invoice = invoiced(deal, due_date=dt.date(2026, 4, 1))
        assert overdue(creator.pk, dt.date(2026, 4, 1)) == {}
        listed = studio.get(reverse("partnerships:invoices"))
        assert [each.late for each in listed.context["page_obj"]] == [False]
        shown = studio.get(invoice.get_absolute_url()).context
        assert not shown["late"]
        assert shown["form"].initial["paid_date"] == dt.date(2026, 4, 1)

    def test_numbers_each_creator_alone(self, deal):
        invoiced(deal)
        assert invoiced(deal_of(CreatorFactory())).number == 1

    def test_issues_once(self, creator, deal):
        invoice = invoiced(deal)
        operations.issue_invoice(creator=creator, invoice_id=invoice.pk, at=NOW)
        assert InvoiceSeries.objects.get(creator=creator).last == 1

    def test_needs_to_know_who_writes_it(self, creator, deal):
        draft = drafted(deal)
        with pytest.raises(UnableToInvoice) as refusal:
            operations.issue_invoice(creator=creator, invoice_id=draft.pk, at=NOW)
        assert refusal.value.code == "no_seller"
        assert Invoice.objects.get().number is None
        assert not InvoiceSeries.objects.exists()

    def test_takes_no_number_where_it_fails(self, creator, deal):
        with pytest.raises(UnableToInvoice) as refusal:
            invoiced(deal, due_date=TODAY, at=NOW + days(1))
        assert refusal.value.code == "due_before"
        assert invoiced(deal).number == 1

    def test_is_not_even_drafted_to_be_due_in_the_past(self, creator, deal):
        with pytest.raises(UnableToInvoice) as refusal:
            drafted(deal, due_date=TODAY - days(1))
        assert (refusal.value.code, refusal.value.field) == ("due_before", "due_date")
        draft = drafted(deal, due_date=TODAY)
        facts = {"lines": [Line(text="A", unit_price=1)], "tax_percent": Decimal(0), "at": NOW}
        with pytest.raises(UnableToInvoice):
            operations.change_draft(creator=creator, invoice_id=draft.pk, due_date=TODAY - days(1), **facts)
        draft.refresh_from_db()
        assert (draft.due_date, draft.net) == (TODAY, 100_000)

    @pytest.mark.parametrize(
        ("net", "percent", "tax"),
        [(10_001, "19", 1_900), (50, "5", 3), (999, "0", 0)],
        ids=["down", "up", "none"],
    )
    def test_rounds_its_tax_once_and_half_up(self, deal, net, percent, tax):
        invoice = invoiced(deal, net, percent)
        assert (invoice.tax, invoice.gross) == (tax, net + tax)

    def test_leaves_what_was_issued_as_it_is(self, creator, deal):
        invoice = invoiced(deal)
        for change in ({"net": 5, "gross": 5}, {"customer_name": "Somebody"}, {"number": 9}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Invoice.objects.filter(pk=invoice.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Invoice.objects.filter(pk=invoice.pk).delete()
        with pytest.raises(UnableToInvoice):
            operations.change_draft(
                creator=creator,
                invoice_id=invoice.pk,
                lines=[Line(text="A", unit_price=1)],
                tax_percent=Decimal(0),
                at=NOW,
            )

    def test_is_the_creators_own_affair(self, deal):
        draft = drafted(deal)
        with pytest.raises(UnknownDeal):
            operations.issue_invoice(creator=CreatorFactory(), invoice_id=draft.pk, at=NOW)


class TestMilestones:
    def test_are_asked_for_once(self, creator, deal):
        milestone = milestone_of(deal)
        invoiced(deal, 50_000, milestones=[milestone.pk])
        with pytest.raises(UnableToInvoice) as refusal:
            drafted(deal, 50_000, milestones=[milestone.pk])
        assert refusal.value.code == "milestone_taken"

    def test_are_free_again_once_cancelled(self, creator, deal):
        milestone = milestone_of(deal)
        cancelled(invoiced(deal, 50_000, milestones=[milestone.pk]))
        assert invoiced(deal, 50_000, milestones=[milestone.pk]).number == 3


class TestCancelInvoice:
    def test_writes_a_note_with_the_next_number(self, creator, deal):
        invoice = invoiced(deal, 10_000, "19")
        note = cancelled(invoice)
        assert (note.number, note.net, note.tax, note.gross) == (2, -10_000, -1_900, -11_900)
        assert (note.credits, cancelled(invoice)) == (invoice, note)
        assert income(creator) == {}
        deal.refresh_from_db()
        assert deal.stage == Stage.DELIVERED

    def test_refuses_what_was_paid(self, creator, deal):
        invoice = invoiced(deal)
        paid(invoice, 1)
        before = income(creator)
        with pytest.raises(UnableToInvoice):
            cancelled(invoice)
        assert income(creator) == before
        assert InvoiceSeries.objects.get().last == 1


class TestRecordPayment:
    def test_counts_each_part_on_its_day_without_tax(self, creator, deal):
        invoice = invoiced(deal, 10_000, "19")
        assert income(creator) == {(TODAY, IncomeState.PENDING): 10_000}
        paid(invoice, 5_000, TODAY - days(1))
        assert income(creator) == {
            (TODAY, IncomeState.PENDING): 5_798,
            (TODAY - days(1), IncomeState.PAID): 4_202,
        }
        paid(invoice, 6_900)
        assert income(creator) == {
            (TODAY - days(1), IncomeState.PAID): 4_202,
            (TODAY, IncomeState.PAID): 5_798,
        }
        invoice.refresh_from_db()
        assert (invoice.state, invoice.open) == (InvoiceState.PAID, 0)
        assert BrandDeal.objects.get().stage == Stage.PAID

    def test_records_a_form_sent_twice_once(self, deal):
        invoice, key = invoiced(deal), uuid7()
        assert paid(invoice, 500, key=key) == paid(invoice, 500, key=key)
        with pytest.raises(IdempotencyConflict):
            paid(invoice, 501, key=key)
        assert Invoice.objects.get().paid == 500

    @pytest.mark.parametrize(
        ("amount", "on", "code"),
        [
            (100_001, TODAY, "more_than_open"),
            (0, TODAY, "more_than_open"),
            (5, TODAY + days(1), "in_the_future"),
        ],
        ids=["more", "nothing", "tomorrow"],
    )
    def test_refuses_what_can_not_be(self, creator, deal, amount, on, code):
        invoice = invoiced(deal)
        before = income(creator)
        with pytest.raises(UnableToInvoice) as refusal:
            paid(invoice, amount, on)
        assert refusal.value.code == code
        assert (income(creator), InvoicePayment.objects.count()) == (before, 0)

    def test_is_taken_back_by_another_row(self, creator, deal):
        invoice = invoiced(deal, 9_999, "7.7")
        payment = paid(invoice, invoice.gross)
        for _ in range(2):
            take_back_payment(creator=creator, payment_id=payment.pk, at=NOW)
        invoice.refresh_from_db()
        assert (invoice.state, invoice.paid, invoice.paid_net) == (InvoiceState.ISSUED, 0, 0)
        assert income(creator) == {(TODAY, IncomeState.PENDING): 9_999, (TODAY, IncomeState.PAID): 0}
        assert BrandDeal.objects.get().stage == Stage.INVOICED
        with pytest.raises(DatabaseError), transaction.atomic():
            InvoicePayment.objects.update(amount=1)


class TestWriteOff:
    def test_keeps_what_came_and_expects_no_more(self, creator, deal):
        invoice = invoiced(deal)
        paid(invoice, 40_000)
        operations.write_off(creator=creator, invoice_id=invoice.pk, at=NOW)
        assert income(creator) == {(TODAY, IncomeState.PAID): 40_000}
        with pytest.raises(UnableToInvoice):
            paid(invoice, 1)


class TestAgeing:
    def test_sorts_what_is_open_by_how_late_it_is(self, creator, deal):
        for late in (0, 1, 30, 31, 60, 61, 90, 91):
            invoiced(deal, 100, due_date=TODAY + days(100 - late))
        invoiced(deal_of(creator, currency="JPY"), 7, due_date=TODAY + days(100))
        euro, yen = ageing(creator.pk, TODAY + days(100))
        assert list(euro.ages.values()) == [100, 200, 200, 200, 100]
        assert (yen.currency, yen.total) == ("JPY", 7)
        assert overdue(creator.pk, TODAY + days(100)) == {"EUR": 700}


class TestForecast:
    def test_counts_what_is_agreed_and_not_invoiced(self, creator, deal):
        milestone_of(deal, 500, due_date=dt.date(2026, 1, 5))
        milestone_of(deal, 700, due_date=dt.date(2026, 5, 31))
        asked = milestone_of(deal, 900, due_date=dt.date(2026, 5, 1))
        invoiced(deal, 900, milestones=[asked.pk])
        milestone_of(deal_of(creator, stage=Stage.NEGOTIATING), 1_100)
        assert forecast(creator.pk, TODAY) == {
            dt.date(2026, 3, 1): {"EUR": 500},
            dt.date(2026, 5, 1): {"EUR": 700},
        }


class TestTheAudit:
    def test_sees_a_gap(self, deal):
        invoiced(deal)
        InvoiceSeries.objects.update(last=2)
        assert [finding.check for finding in audit_deal_invoices()] == [
            "brands' invoice numbers have no gaps"
        ]
        InvoiceSeries.objects.update(last=1)

    def test_sees_a_payment_that_is_not_counted(self, deal):
        invoice = invoiced(deal)
        Invoice.objects.update(paid=5, paid_net=5, state=InvoiceState.PARTLY_PAID)
        assert [finding.check for finding in audit_deal_invoices()] == ["a brand's payments add up"]
        Invoice.objects.filter(pk=invoice.pk).update(paid=0, paid_net=0, state=InvoiceState.ISSUED)


class TestPages:
    def test_lead_from_the_draft_to_the_last_payment(self, studio, creator, deal):
        milestone = milestone_of(deal, 50_000)
        address = reverse("partnerships:draft_invoice", args=[deal.pk])
        lines = {
            "lines-TOTAL_FORMS": 2,
            "lines-INITIAL_FORMS": 0,
            "lines-0-text": "Extra",
            "lines-0-price": "12.50",
        }
        facts = {"key": uuid7(), "milestones": [milestone.pk], "tax_percent": "19", "lines-0-quantity": 2}
        bad = studio.post(address, lines | facts | {"lines-0-price": "1.2.3"})
        assert bad.status_code == 422
        assert "Write the amount like" in bad.text
        page = studio.post(address, lines | facts, follow=True)
        invoice = Invoice.objects.get()
        assert (invoice.net, invoice.state) == (52_500, InvoiceState.DRAFT)
        refused = studio.post(reverse("partnerships:issue_invoice", args=[invoice.pk]))
        assert "Say first who you are" in refused.text
        seller = {"seller_name": "Lumi", "seller_address": "Berlin", "payment_days": 14, "tax_percent": 19}
        studio.post(reverse("partnerships:invoice_series"), seller | {"prefix": "LUMI"})
        page = studio.post(reverse("partnerships:issue_invoice", args=[invoice.pk]), follow=True)
        assert "Issued as LUMI-00001." in page.text
        pdf = studio.get(reverse("partnerships:invoice_pdf", args=[invoice.pk]))
        assert pdf.content.startswith(b"%PDF-")
        pay = reverse("partnerships:pay_invoice", args=[invoice.pk])
        over = studio.post(pay, {"key": uuid7(), "amount": "625", "paid_date": TODAY})
        assert "more than is open" in over.context["form"].errors["amount"][0]
        studio.post(pay, {"key": uuid7(), "amount": "624.75", "paid_date": TODAY})
        assert Invoice.objects.get().state == InvoiceState.PAID

    def test_lead_from_a_day_that_has_passed_to_its_field(self, studio, creator, deal):
        invoiced(deal)
        draft = drafted(deal, due_date=TODAY)
        refused = studio.post(reverse("partnerships:issue_invoice", args=[draft.pk]))
        assert refused.status_code == 422
        address = reverse("partnerships:edit_invoice", args=[draft.pk])
        assert f'href="{address}">Change the draft' in refused.text

    def test_are_nobody_elses(self, studio):
        other = CreatorFactory()
        invoice = invoiced(deal_of(other))
        for name in ("invoice", "invoice_pdf", "edit_invoice"):
            assert studio.get(reverse(f"partnerships:{name}", args=[invoice.pk])).status_code == 404
        for name in (
            "issue_invoice",
            "pay_invoice",
            "cancel_invoice",
            "write_off_invoice",
            "discard_invoice",
        ):
            assert studio.post(reverse(f"partnerships:{name}", args=[invoice.pk])).status_code == 404
        assert studio.get(brand_of(other).get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("count", [1, 4])
    def test_asks_the_database_the_same_few_times(self, studio, deal, count, django_assert_num_queries):
        for _ in range(count):
            invoiced(deal)
        with django_assert_num_queries(6):
            studio.get(reverse("partnerships:invoices"))
        with django_assert_num_queries(8):
            studio.get(deal.brand.get_absolute_url())
