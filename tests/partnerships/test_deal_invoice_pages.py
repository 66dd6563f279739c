"""Invoices to brands in the studio."""

import pytest
from django.urls import reverse
from uuid_utils.compat import uuid7

from partnerships.deal_states import InvoiceState, Stage
from partnerships.models import Invoice
from tests.factories.partnerships_deals import TODAY, brand_of, deal_of, drafted, invoiced, milestone_of
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

    def test_name_letters_that_no_paper_can_show_beside_their_field(self, studio):
        seller = {
            "seller_name": "ཨ Lumi",
            "seller_address": "رنا, Wien",
            "payment_days": 14,
            "tax_percent": 19,
        }
        page = studio.post(reverse("partnerships:invoice_series"), seller | {"prefix": "LUMI"})
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["seller_name"]
        assert "We can’t print ཨ on papers yet" in page.text

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
