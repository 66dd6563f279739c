"""Invoices to brands: numbers, money that adds up, and the income that comes of them."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from uuid_utils.compat import uuid7

from partnerships.audits.deals import audit_deal_invoices
from partnerships.deal_states import InvoiceState, Stage
from partnerships.income_streams import IncomeState
from partnerships.models import Invoice, InvoiceSeries
from partnerships.operations import deal_invoices as operations
from partnerships.operations.deal_invoices import Line, UnableToInvoice
from partnerships.operations.deal_moves import UnknownDeal
from partnerships.operations.deal_payments import record_payment
from partnerships.queries.deals import overdue
from tests.factories.deal_invoices import income, paid
from tests.factories.partnerships_deals import NOW, TODAY, days, deal_of, drafted, invoiced, milestone_of
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


def cancelled(invoice) -> Invoice:
    return operations.cancel_invoice(creator=invoice.creator, invoice_id=invoice.pk, at=NOW)


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
