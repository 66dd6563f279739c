"""Brand deals out of and into spreadsheets."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.deal_states import Stage
from partnerships.models import Brand, BrandDeal
from partnerships.operations import imports
from partnerships.operations.imports import confirm, upload
from partnerships.queries.imports import preview
from partnerships.tasks import take_in_imports
from tests.factories.partnerships_deals import NOW, TODAY, deal_of, invoiced
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def creator():
    return CreatorFactory(handle="lumi", base_currency="EUR")


@pytest.fixture
def studio(client, creator):
    client.force_login(creator)
    return client


class TestSpreadsheet:
    def test_comes_back_as_it_went(self, studio, creator):
        deal = deal_of(
            creator, "=Headphones", value=12_345, currency="KWD", category="headphones", start_date=TODAY
        )
        deal_of(creator, "Shoes", brand="Beta")
        text = studio.get(reverse("partnerships:deal_csv"), {"text": "head"}).content
        assert b"'=Headphones,Aurora Audio,Lead,12.345,KWD" in text
        assert b"Shoes" not in text
        assert seen(brought(creator, text)) == (0, 0, 1, 0)
        changed = brought(creator, text.replace(b"12.345", b"99.5"))
        assert seen(changed) == (0, 1, 0, 0)
        confirm(owner=creator, import_id=changed.pk, at=NOW)
        deal.refresh_from_db()
        assert (deal.title, deal.value, deal.version) == ("=Headphones", 99_500, 2)

    def test_names_each_bad_line_and_takes_the_others_once(self, creator):
        text = (
            b"Title,Brand,Stage,Value,Currency\nOne,Aurora,Paid,5,EUR\nTwo,Aurora,Lead,1.234,JPY\n"
            b'Three,Aurora,Contracted,"1,234.50",EUR\n'
        )
        first = brought(creator, text)
        assert seen(first) == (1, 0, 0, 2)
        confirm(owner=creator, import_id=first.pk, at=NOW)
        deal = BrandDeal.objects.get()
        assert (deal.title, deal.value, deal.stage) == ("Three", 123_450, Stage.CONTRACTED)
        assert seen(brought(creator, text)) == (0, 0, 1, 2)

    def test_changes_nobody_elses(self, creator):
        other = deal_of(CreatorFactory())
        text = f"Reference,Title,Brand,Value,Currency\n{other.pk},Mine,Aurora,5,EUR\n".encode()
        confirm(owner=creator, import_id=brought(creator, text).pk, at=NOW)
        other.refresh_from_db()
        assert other.title == "Headphones"
        assert BrandDeal.objects.get(creator=creator).title == "Mine"

    @pytest.mark.parametrize("at_once", [500, 1], ids=["at once", "by the task"])
    def test_leaves_alone_what_an_invoice_has_fixed_since(self, studio, creator, monkeypatch, at_once):
        fixed, free = deal_of(creator), deal_of(creator, "Shoes")
        text = studio.get(reverse("partnerships:deal_csv")).content.replace(b"Aurora Audio", b"Beta")
        importing = brought(creator, text)
        assert seen(importing) == (0, 2, 0, 0)
        invoiced(fixed)
        monkeypatch.setattr(imports, "AT_ONCE", at_once)
        answer = studio.post(reverse("partnerships:confirm_import", args=[importing.pk]), follow=True)
        take_in_imports()
        answer = studio.get(answer.redirect_chain[-1][0])
        assert "Invoices of it were written to this brand already." in answer.text
        assert seen(importing) == (0, 1, 0, 1)
        importing.refresh_from_db()
        assert importing.state == "applied"
        assert [BrandDeal.objects.get(pk=deal.pk).brand.name for deal in (fixed, free)] == [
            "Aurora Audio",
            "Beta",
        ]

    def test_makes_no_brand_for_a_row_that_it_refuses(self, creator):
        deal = deal_of(creator)
        text = f"Reference,Title,Brand,Value,Currency\n{deal.pk},Headphones,Beta,5,EUR\n".encode()
        importing = brought(creator, text)
        invoiced(deal)
        confirm(owner=creator, import_id=importing.pk, at=NOW)
        assert list(Brand.objects.values_list("name", flat=True)) == ["Aurora Audio"]

    def test_names_a_stage_that_there_is_not_as_it_was_written(self, studio, creator):
        importing = brought(creator, b"Title,Brand,Value,Currency,Stage\nA,B,5,EUR,Wat\n")
        page = studio.get(reverse("partnerships:import", args=[importing.pk]))
        assert "“Wat” is none of Lead" in page.text

    def test_is_read_with_the_same_few_queries(self, creator):
        found = []
        for rows in (2, 20):
            lines = [f"{deal_of(creator, f'Deal {n}').pk},Deal {n},Aurora,5,EUR" for n in range(rows)]
            with CaptureQueriesContext(connection) as queries:
                brought(creator, "\n".join(["Reference,Title,Brand,Value,Currency", *lines]).encode())
            found.append(len(queries))
        assert found[0] == found[1]


def brought(creator, content: bytes):
    return upload(
        owner=creator,
        dialect="brand-deals",
        name="deals.csv",
        content=content,
        subject_id=None,
        at=NOW,
    )


def seen(importing) -> tuple[int, int, int, int]:
    found = preview(importing)
    return found.new, found.changed, found.known, found.refused
