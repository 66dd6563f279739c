import pytest
from django.urls import reverse
from uuid_utils.compat import uuid7

from ledger.operations import IdempotencyConflict
from partnerships.deal_states import MOVES, Stage
from partnerships.models import Brand, BrandDeal, DealEvent
from partnerships.operations.deal_moves import Stale, UnableToMove, UnknownDeal, move_deal
from partnerships.operations.deals import Terms, UnableToSave, change_deal, create_deal
from partnerships.queries.deals import board
from tests.factories.partnerships_deals import (
    NOW,
    TODAY,
    brand_of,
    days,
    deal_of,
    deliverable_of,
    exclusivity_of,
    invoiced,
    milestone_of,
    moved,
    published,
)
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
TERMS = Terms(title="Shoes", value=5, currency="EUR")


@pytest.fixture
def creator():
    return CreatorFactory(handle="lumi", base_currency="EUR")


@pytest.fixture
def studio(client, creator):
    client.force_login(creator)
    return client


class TestCreateDeal:
    def test_makes_one_of_a_form_sent_twice(self, creator):
        key, brand = uuid7(), brand_of(creator)
        for _ in range(2):
            create_deal(creator=creator, brand=brand, terms=TERMS, key=key, at=NOW)
        assert (BrandDeal.objects.count(), DealEvent.objects.count()) == (1, 1)

    def test_refuses_other_facts_under_the_same_key(self, creator):
        deal = deal_of(creator)
        with pytest.raises(IdempotencyConflict):
            create_deal(
                creator=creator,
                brand=deal.brand,
                terms=Terms(title="Shoes", value=5, currency="EUR"),
                key=deal.pk,
                at=NOW,
            )

    def test_keeps_to_the_creators_own_brands(self, creator):
        with pytest.raises(UnknownDeal):
            create_deal(creator=creator, brand=brand_of(CreatorFactory()), terms=TERMS, key=uuid7(), at=NOW)

    def test_begins_no_deal_as_paid(self, creator):
        with pytest.raises(UnableToSave):
            create_deal(
                creator=creator, brand=brand_of(creator), terms=TERMS, key=uuid7(), at=NOW, stage=Stage.PAID
            )


class TestMoveDeal:
    @pytest.mark.parametrize("was", list(Stage), ids=str)
    def test_refuses_what_the_table_does_not_have(self, creator, was):
        deal = deal_of(creator)
        BrandDeal.objects.update(stage=was)
        deal.refresh_from_db()
        for to in set(Stage) - set(MOVES[was]) - {was}:
            with pytest.raises(UnableToMove) as refusal:
                moved(deal, to)
            assert refusal.value.code == "no_such_move"
        assert BrandDeal.objects.get().stage == was

    def test_writes_who_moved_it_from_where_and_why(self, creator):
        deal = deal_of(creator)
        move_deal(
            creator=creator, deal_id=deal.pk, version=1, to=Stage.NEGOTIATING, at=NOW, note="They want three."
        )
        event = DealEvent.objects.last()
        assert (event.actor, event.from_stage, event.to_stage) == (creator, "lead", "negotiating")
        assert (event.note, event.at) == ("They want three.", NOW)

    def test_is_not_delivered_while_something_is_open(self, creator):
        deal = deal_of(creator, stage=Stage.IN_PROGRESS)
        video = deliverable_of(deal)
        with pytest.raises(UnableToMove, match="1 deliverable is neither published nor dropped"):
            moved(deal, Stage.DELIVERED)
        published(video)
        assert moved(deal, Stage.DELIVERED).stage == Stage.DELIVERED

    def test_is_invoiced_and_paid_by_its_invoices_alone(self, creator):
        deal = deal_of(creator, stage=Stage.DELIVERED)
        with pytest.raises(UnableToMove, match="No invoice"):
            moved(deal, Stage.INVOICED)
        invoiced(deal)
        deal.refresh_from_db()
        assert deal.stage == Stage.INVOICED
        for to, code in (
            (Stage.PAID, "not_paid"),
            (Stage.LOST, "open_invoice"),
            (Stage.DELIVERED, "invoiced"),
        ):
            with pytest.raises(UnableToMove) as refusal:
                moved(deal, to)
            assert refusal.value.code == code

    def test_is_contracted_once_an_invoice_is_out(self, creator):
        deal = deal_of(creator)
        invoiced(deal)
        deal.refresh_from_db()
        assert deal.stage == Stage.CONTRACTED

    def test_waits_for_milestones_that_nobody_invoiced(self, creator):
        deal = deal_of(creator, stage=Stage.DELIVERED)
        milestone_of(deal)
        invoiced(deal)
        deal.refresh_from_db()
        assert deal.stage == Stage.DELIVERED

    def test_loses_nothing_when_somebody_was_faster(self, creator):
        deal = deal_of(creator)
        moved(deal, Stage.NEGOTIATING)
        with pytest.raises(Stale, match="is negotiating now"):
            move_deal(creator=creator, deal_id=deal.pk, version=1, to=Stage.LOST, at=NOW)
        assert BrandDeal.objects.get().stage == Stage.NEGOTIATING

    def test_is_content_where_it_is_already(self, creator):
        deal = deal_of(creator)
        moved(deal, Stage.NEGOTIATING)
        move_deal(creator=creator, deal_id=deal.pk, version=1, to=Stage.NEGOTIATING, at=NOW)
        assert DealEvent.objects.filter(to_stage="negotiating").count() == 1


class TestChangeDeal:
    def test_saves_over_nobody(self, creator):
        deal = deal_of(creator)
        moved(deal, Stage.NEGOTIATING)
        with pytest.raises(Stale):
            change_deal(creator=creator, deal_id=deal.pk, version=1, brand=deal.brand, terms=TERMS, at=NOW)
        assert BrandDeal.objects.get().value == 100_000

    def test_keeps_the_currency_that_milestones_have(self, creator):
        deal = deal_of(creator)
        milestone_of(deal)
        terms = Terms(title="Shoes", value=5, currency="USD")
        with pytest.raises(UnableToSave) as refusal:
            change_deal(creator=creator, deal_id=deal.pk, version=1, brand=deal.brand, terms=terms, at=NOW)
        assert refusal.value.field == "currency"


class TestBoard:
    def test_adds_up_each_stage_by_currency(self, creator):
        deal_of(creator, value=100)
        deal_of(creator, value=50)
        deal_of(creator, value=7, currency="JPY")
        lead, *others = board(creator.pk, TODAY)
        assert (lead.totals, lead.count, len(lead.deals)) == ({"EUR": 150, "JPY": 7}, 3, 3)
        assert not any(column.count for column in others)

    def test_counts_a_sort_that_makes_no_sense_for_nothing(self, studio, creator):
        deal_of(creator)
        page = studio.get(reverse("partnerships:deal_table"), {"sort": "zz"})
        assert not page.context["form"].errors
        assert "Headphones" in page.text

    def test_shows_nobody_elses(self, studio):
        deal = deal_of(CreatorFactory(), "Of another")
        assert "Of another" not in studio.get(reverse("partnerships:deals")).text
        for name in ("deal", "edit_deal", "lose_deal"):
            assert studio.get(reverse(f"partnerships:{name}", args=[deal.pk])).status_code == 404
        move = reverse("partnerships:move_deal", args=[deal.pk])
        assert studio.post(move, {"version": 1, "to": "negotiating"}).status_code == 404

    def test_is_for_creators(self, client):
        client.force_login(UserFactory())
        assert "It is for creators" in client.get(reverse("partnerships:deals")).text

    @pytest.mark.parametrize("count", [1, 6])
    def test_asks_the_database_the_same_few_times(self, studio, creator, count, django_assert_num_queries):
        for number in range(count):
            deal = deal_of(creator, f"Deal {number}", brand=f"Brand {number}", stage=Stage.CONTRACTED)
            deliverable_of(deal)
            exclusivity_of(deal)
        with django_assert_num_queries(7):
            studio.get(reverse("partnerships:deals"))
        with django_assert_num_queries(7):
            studio.get(reverse("partnerships:deal_table"), {"text": "deal", "sort": "-due"})
        with django_assert_num_queries(7):
            studio.get(reverse("partnerships:deal_calendar"), {"month": "2026-03"})


class TestMovePage:
    def test_tells_a_refusal_and_leaves_the_card(self, studio, creator):
        deal = deal_of(creator)
        address = reverse("partnerships:move_deal", args=[deal.pk])
        answer = studio.post(address, {"version": 1, "to": "paid"})
        assert answer.status_code == 422
        assert "can’t become paid" in answer.text or "can&#x27;t become paid" in answer.text
        answer = studio.post(address, {"version": 7, "to": "negotiating"})
        assert answer.status_code == 409
        assert BrandDeal.objects.get().stage == Stage.LEAD

    def test_asks_before_a_deal_is_lost(self, studio, creator):
        deal = deal_of(creator)
        address = reverse("partnerships:move_deal", args=[deal.pk])
        asked = studio.post(address, {"version": 1, "to": "lost"})
        assert BrandDeal.objects.get().stage == Stage.LEAD
        studio.post(asked.url, {"version": 1, "note": "Too little"})
        assert BrandDeal.objects.get().stage == Stage.LOST
        assert DealEvent.objects.last().note == "Too little"


class TestClashes:
    def test_are_told_with_the_other_deal(self, studio, creator):
        first = deal_of(creator, "Year of Aurora", stage=Stage.CONTRACTED, category="Headphones")
        exclusivity_of(first)
        facts = {
            "key": uuid7(), "title": "Other ears", "new_brand": "Beta Sound", "stage": "lead",
            "value": "1,250.50", "currency": "EUR", "category": "headphones",
            "start_date": TODAY + days(30), "source": "inbound",
        }  # fmt: skip
        answer = studio.post(reverse("partnerships:new_deal"), facts, follow=True).text
        assert "“Year of Aurora” with Aurora Audio promises" in answer
        assert BrandDeal.objects.get(title="Other ears").value == 125_050
        assert "Other ears" in studio.get(first.get_absolute_url()).text

    def test_need_the_same_time_the_same_category_and_another_brand(self, studio, creator):
        exclusivity_of(deal_of(creator, stage=Stage.CONTRACTED))
        later = {"start_date": TODAY + days(61), "category": "headphones"}
        assert not clashes_with(studio, deal_of(creator, brand="Beta", **later))
        assert not clashes_with(studio, deal_of(creator, brand="Beta", category="shoes"))
        assert not clashes_with(studio, deal_of(creator, category="headphones"))
        assert clashes_with(studio, deal_of(creator, brand="Beta", category="headphones"))


def clashes_with(studio, deal) -> bool:
    return "A clash" in studio.get(deal.get_absolute_url()).text


class TestDealForm:
    @pytest.mark.parametrize(
        ("value", "currency", "words"),
        [
            ("12.50", "JPY", "JPY has 0 decimals"),
            ("1.234,5", "EUR", "Write the amount like 1,234.00"),
            ("-5", "EUR", "Write zero or more"),
            ("9" * 25, "EUR", "more than can be counted"),
            ("Infinity", "EUR", "Write the amount like 1,234.00"),
            ("NaN", "EUR", "Write the amount like 1,234.00"),
            ("1e5", "EUR", "Write the amount like 1,234.00"),
            ("+5", "EUR", "Write the amount like 1,234.00"),
            ("\N{ARABIC-INDIC DIGIT FIVE}", "EUR", "Write the amount like 1,234.00"),
            (".", "EUR", "Write the amount like 1,234.00"),
        ],
        ids=[
            "decimals",
            "locale",
            "below",
            "huge",
            "endless",
            "no number",
            "exponent",
            "plus",
            "arabic",
            "point",
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, studio, value, currency, words):
        facts = {"key": uuid7(), "title": "A", "new_brand": "B", "stage": "lead", "source": "inbound"}
        answer = studio.post(reverse("partnerships:new_deal"), facts | {"value": value, "currency": currency})
        assert answer.status_code == 422
        assert words in answer.context["form"].errors["value"][0]
        assert not Brand.objects.exists()

    @pytest.mark.parametrize("wrong", ["ends", "stale"])
    def test_makes_no_brand_for_a_deal_that_is_refused(self, studio, creator, wrong):
        deal = deal_of(creator)
        moved(deal, Stage.NEGOTIATING)
        page, facts = reverse("partnerships:new_deal"), {"key": uuid7(), "stage": "lead"}
        days_of = {"start_date": "2026-03-02", "end_date": "2026-03-01"}
        if wrong == "stale":
            page, facts = reverse("partnerships:edit_deal", args=[deal.pk]), {"key": deal.pk, "version": 1}
            days_of = {}
        facts |= {"title": "A", "new_brand": "B", "source": "inbound", "value": "5", "currency": "EUR"}
        assert studio.post(page, facts | days_of).status_code == (409 if wrong == "stale" else 422)
        assert list(Brand.objects.values_list("name", flat=True)) == ["Aurora Audio"]

    def test_does_not_find_the_key_of_somebody_elses(self, studio):
        other = deal_of(CreatorFactory())
        facts = {"key": other.pk, "title": "A", "new_brand": "B", "stage": "lead", "source": "inbound"}
        answer = studio.post(reverse("partnerships:new_deal"), facts | {"value": "5", "currency": "EUR"})
        assert answer.status_code == 404
        assert (Brand.objects.count(), BrandDeal.objects.count()) == (1, 1)

    def test_reads_three_decimals(self, studio):
        facts = {"key": uuid7(), "title": "A", "new_brand": "B", "stage": "lead", "source": "inbound"}
        studio.post(reverse("partnerships:new_deal"), facts | {"value": "1,234.567", "currency": "KWD"})
        assert BrandDeal.objects.get().value == 1_234_567
