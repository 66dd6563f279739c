"""Two people at one deal, and two invoices at once, with real threads."""

import threading
from unittest import mock

import pytest
from django.db import IntegrityError

from partnerships.deal_states import Stage
from partnerships.models import BrandDeal, DealEvent, Invoice, InvoiceSeries
from partnerships.operations import deal_invoices
from partnerships.operations.deal_invoices import issue_invoice, save_series
from partnerships.operations.deal_moves import Stale, move_deal
from tests.concurrency.threads import PATIENCE, race
from tests.factories.partnerships_deals import NOW, deal_of, drafted
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 4


@pytest.fixture
def creator():
    return CreatorFactory()


def drafts_of(creator) -> list[Invoice]:
    """Of deals of their own, so that the numbers alone hold them apart."""
    save_series(creator=creator, prefix="LUMI", seller_name="Lumi", seller_address="Berlin")
    return [drafted(deal_of(creator, stage=Stage.DELIVERED)) for _ in range(THREADS)]


def issued_at_once(creator, drafts: list[Invoice]) -> list:
    return race(lambda number: issue_invoice(creator=creator, invoice_id=drafts[number].pk, at=NOW), THREADS)


class TestInvoicesIssuedAtOnce:
    def test_take_each_number_once_and_leave_none_out(self, creator):
        told = issued_at_once(creator, drafts_of(creator))
        assert sorted(invoice.number for invoice in told) == list(range(1, THREADS + 1))
        assert InvoiceSeries.objects.get().last == THREADS

    def test_control_would_take_one_twice_without_the_lock(self, creator):
        drafts, meet = drafts_of(creator), threading.Barrier(THREADS)

        def without_lock(invoice, facts) -> None:
            number = InvoiceSeries.objects.get(creator_id=invoice.creator_id).last + 1
            meet.wait(PATIENCE)
            for name, value in {**facts, "prefix": "LUMI", "number": number}.items():
                setattr(invoice, name, value)
            invoice.save()

        with mock.patch.object(deal_invoices, "_number", without_lock):
            told = issued_at_once(creator, drafts)
        assert sum(isinstance(each, IntegrityError) for each in told) == THREADS - 1
        InvoiceSeries.objects.update(last=1)


class TestTwoPeopleAtOneCard:
    def test_leave_one_move_and_tell_the_other(self, creator):
        deal = deal_of(creator, stage=Stage.CONTRACTED)
        ways = (Stage.IN_PROGRESS, Stage.NEGOTIATING)
        told = race(
            lambda number: move_deal(creator=creator, deal_id=deal.pk, version=1, to=ways[number], at=NOW), 2
        )
        (refused,) = [each for each in told if isinstance(each, Stale)]
        (moved,) = [each for each in told if isinstance(each, BrandDeal)]
        row = BrandDeal.objects.get()
        assert (row.stage, row.version) == (moved.stage, 2)
        assert DealEvent.objects.filter(to_stage=row.stage).count() == 1
        assert row.get_stage_display().lower() in str(refused)
