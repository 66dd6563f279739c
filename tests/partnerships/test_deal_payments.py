"""Money for invoices to brands: what came, what is late, what never will come."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from uuid_utils.compat import uuid7

from ledger.operations import IdempotencyConflict
from partnerships.deal_states import InvoiceState, Stage
from partnerships.income_streams import IncomeState
from partnerships.models import BrandDeal, Invoice, InvoicePayment
from partnerships.operations import deal_invoices as operations
from partnerships.operations.deal_invoices import UnableToInvoice
from partnerships.operations.deal_payments import take_back_payment
from partnerships.queries.deal_invoices import ageing
from partnerships.queries.deals import forecast, overdue
from tests.factories.deal_invoices import income, paid
from tests.factories.partnerships_deals import NOW, TODAY, days, deal_of, invoiced, milestone_of
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def creator():
    return CreatorFactory(handle="lumi", base_currency="EUR")


@pytest.fixture
def deal(creator):
    return deal_of(creator, stage=Stage.DELIVERED)


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
