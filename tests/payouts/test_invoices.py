"""Self-billing invoices: one for each payout that was paid, numbered without gaps."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from ledger.queries import platform_balances
from payouts.audits.invoices import audit_invoices
from payouts.models import InvoiceSeries, SelfBillingInvoice
from payouts.operations import settlement
from payouts.operations.moves import WrongState
from tests.factories.payouts import NOW, approved_payout, paid_payout
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=3)


def returned(payout):
    return settlement.return_payout(payout_id=payout.id, code="AC04", at=LATER, evidence={})


def numbers(creator) -> list[int]:
    rows = SelfBillingInvoice.objects.filter(series__creator=creator).order_by("number")
    return list(rows.values_list("number", flat=True))


class TestIssue:
    def test_writes_the_gross_with_the_names_of_the_day(self, settings):
        settings.SELLER_NAME, settings.SELLER_DETAILS = "Lumen GmbH", "Berlin"
        creator = CreatorFactory(display_name="Lumi")
        payout = paid_payout(creator)
        creator.display_name = "Somebody else"
        creator.save()
        invoice = payout.invoices.get()
        assert (invoice.amount, invoice.currency, invoice.issued_at) == (9_045, "EUR", NOW)
        assert (invoice.supplier_name, invoice.supplier_country) == ("Lumi", "DE")
        assert (invoice.customer_name, invoice.customer_details) == ("Lumen GmbH", "Berlin")
        assert invoice.name == f"{invoice.series.prefix}-00001"

    def test_writes_one_however_often_the_bank_says_it(self):
        payout = paid_payout()
        settlement.settle(payout_id=payout.id, at=LATER, evidence={})
        assert payout.invoices.count() == 1

    def test_numbers_each_creator_from_one(self):
        lumi, nori = CreatorFactory(), CreatorFactory()
        for creator, day in ((lumi, 0), (nori, 1), (lumi, 2)):
            paid_payout(creator, at=NOW + dt.timedelta(days=day))
        assert (numbers(lumi), numbers(nori)) == ([1, 2], [1])

    def test_takes_no_number_where_the_settlement_fails(self, monkeypatch):
        creator = CreatorFactory()
        payout = settlement.start_remitting(payout_id=approved_payout(creator).id, at=NOW)
        write = SelfBillingInvoice.objects.create
        before = platform_balances()

        def write_and_die(**facts):
            write(**facts)
            raise RuntimeError

        with monkeypatch.context() as broken:
            broken.setattr(SelfBillingInvoice.objects, "create", write_and_die)
            with pytest.raises(RuntimeError):
                settlement.settle(payout_id=payout.id, at=NOW, evidence={})
        assert platform_balances() == before
        settlement.settle(payout_id=payout.id, at=NOW, evidence={})
        assert numbers(creator) == [1]


class TestCredit:
    def test_takes_the_next_number_and_the_amount_back(self):
        payout = returned(paid_payout())
        invoice, credit = payout.invoices.order_by("number")
        assert (credit.number, credit.amount, credit.credits) == (2, -9_045, invoice)

    def test_happens_once(self):
        payout = paid_payout()
        for _ in range(2):
            returned(payout)
        assert payout.invoices.count() == 2

    def test_is_not_written_for_what_was_not_paid(self):
        payout = approved_payout()
        with pytest.raises(WrongState):
            returned(payout)
        assert not payout.invoices.exists()


class TestTheRows:
    def test_are_never_changed(self):
        invoice = paid_payout().invoices.get()
        with pytest.raises(DatabaseError), transaction.atomic():
            SelfBillingInvoice.objects.filter(pk=invoice.pk).update(amount=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            invoice.delete()


class TestTheAudit:
    def test_sees_a_gap(self):
        paid_payout()
        InvoiceSeries.objects.update(last=2)
        assert [finding.check for finding in audit_invoices()] == ["invoice numbers have no gaps"]
        InvoiceSeries.objects.update(last=1)

    def test_sees_a_credit_of_what_did_not_come_back(self):
        payout = paid_payout()
        invoice = payout.invoices.get()
        point = transaction.savepoint()
        settlement.invoices.credit(payout, at=LATER)
        assert [finding.check for finding in audit_invoices()] == [
            "what was paid is invoiced, and credited if it came back"
        ]
        transaction.savepoint_rollback(point)
        assert payout.invoices.get() == invoice
