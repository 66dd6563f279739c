"""What creators see and do about affiliate links."""

import csv
import datetime as dt
import io
import uuid

import pytest
import time_machine
from django.urls import reverse

from partnerships import tasks
from partnerships.models import AffiliateConversion, AffiliateLink, AffiliateMembership, IncomeDay
from partnerships.operations.affiliate_conversions import approve, make_payable
from partnerships.operations.affiliate_links import give_coupon
from partnerships.operations.affiliate_programmes import Pay
from partnerships.queries.affiliate_income import pending_forecast
from tests.factories.partnerships_affiliate import NOW, boss, click, link, order, programme, tell
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + 5 * DAY, tick=False):
        yield


@pytest.fixture
def kim(client):
    creator = CreatorFactory()
    client.force_login(creator)
    return creator


def page(name: str, *args) -> str:
    return reverse(f"partnerships:{name}", args=args)


class TestProgrammes:
    def test_say_what_they_pay_and_let_creators_join(self, client, kim):
        pays = [
            Pay(basis_points=800),
            Pay(basis_points=1_250, from_sales=100_000),
            Pay(product="LAMP", fixed=300),
        ]
        of = programme(pays=pays)
        text = client.get(page("affiliate_programmes")).content.decode()
        for words in (
            "8 % of every order.",
            "12.5 % of every order once you have sold for €1,000.00 in a month.",
            "€3.00 for each LAMP.",
        ):
            assert words in text
        assert of.terms in client.get(page("affiliate_programme", of.pk)).content.decode()
        for _ in range(2):
            assert client.post(page("affiliate_join", of.pk)).status_code == 302
        membership = AffiliateMembership.objects.get(creator=kim)
        assert (membership.programme, membership.terms) == (of, of.terms)

    def test_cost_as_many_queries_however_many_there_are(self, client, kim, django_assert_num_queries):
        for _ in range(2):
            link(of=programme(), creator=kim)
            programme()
            with django_assert_num_queries(6):  # session, person, joined, open, rates, their lines
                assert client.get(page("affiliate_programmes")).status_code == 200

    def test_take_nobody_in_while_they_are_paused(self, client, kim):
        of = programme(state="paused")
        client.post(page("affiliate_join", of.pk))
        assert not AffiliateMembership.objects.exists()
        assert client.get(page("affiliate_programme", of.pk)).status_code == 404


class TestLinks:
    def test_are_made_by_a_form_once(self, client, kim):
        of = link(creator=kim).programme
        sent = {"key": uuid.uuid4(), "programme": of.pk, "target_url": "shop.example/lamp", "label": "Bio"}
        for _ in range(2):
            answer = client.post(page("new_affiliate_link"), sent)
            assert answer.status_code == 302
        made = AffiliateLink.objects.get(label="Bio")
        assert made.target_url == "https://shop.example/lamp"
        text = client.get(answer["Location"]).content.decode()
        assert f"/go/{made.code}/" in text
        assert "data:image/svg+xml;base64," in text

    def test_are_refused_beside_the_field(self, client, kim):
        of = link(creator=kim).programme
        sent = {"key": uuid.uuid4(), "programme": of.pk, "target_url": "https://evil.example/"}
        answer = client.post(page("new_affiliate_link"), sent)
        assert answer.status_code == 422
        assert "leads to an https page of shop.example" in str(answer.context["form"]["target_url"].errors)
        assert AffiliateLink.objects.count() == 1

    def test_are_taken_down_by_their_creator_alone(self, client, kim):
        mine, other = link(creator=kim), link()
        assert client.post(page("retire_link", other.pk)).status_code == 404
        assert client.get(page("affiliate_link", other.pk)).status_code == 404
        client.post(page("retire_link", mine.pk))
        mine.refresh_from_db()
        other.refresh_from_db()
        assert mine.retired_at
        assert other.retired_at is None

    def test_cost_as_many_queries_however_many_there_are(self, client, kim, django_assert_num_queries):
        of = programme()
        for _ in range(3):
            order(click(link(of=of, creator=kim)))
        with django_assert_num_queries(4):  # session, person, count, links
            text = client.get(page("affiliate_links")).content.decode()
        assert text.count("€10.00") == 6  # earned, and by the click


class TestOrders:
    def test_are_listed_and_filtered(self, client, kim, monkeypatch, django_assert_num_queries):
        monkeypatch.setattr("partnerships.views.affiliate.MOST_ROWS", 1, raising=False)
        by = click(link(creator=kim))
        paid, held = order(by, order_id="paid"), order(by, order_id="=held")
        order(click(link()), order_id="another's")
        approve(conversion_id=paid.pk, at=NOW)
        with django_assert_num_queries(5):  # session, person, programmes, count, orders
            text = client.get(page("affiliate_conversions")).content.decode()
        assert "paid" in text
        assert "another&#x27;s" not in text
        text = client.get(
            page("affiliate_conversions") + "?state=held&page=9&programme=nonsense"
        ).content.decode()
        assert held.order_id in text
        assert page("affiliate_conversion", paid.pk) not in text
        answer = client.get(page("affiliate_conversions_csv"))
        assert answer.streaming
        lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
        assert [(line["order"], line["kept"], line["state"]) for line in lines] == [
            ("'=held", "10.00", "held"),
            ("paid", "10.00", "approved"),
        ]

    def test_show_how_a_commission_came_about(self, client, kim):
        by = click(link(creator=kim))
        found = order(by)
        tell(by.link.programme, "refunded", order_id=found.order_id, amount=5_000)
        text = client.get(page("affiliate_conversion", found.pk)).content.decode()
        assert "10 % of every order." in text
        assert "−€5.00" in text
        assert client.get(page("affiliate_conversion", order(click(link())).pk)).status_code == 404


class TestTheOverview:
    def test_invites_whoever_has_nothing(self, client, kim):
        assert "No programme yet" in client.get(page("affiliate")).content.decode()

    def test_shows_what_is_pending_payable_and_to_come(self, client, kim):
        by = click(link(creator=kim))
        paid = order(by)
        approve(conversion_id=paid.pk, at=NOW)
        make_payable(conversion_id=paid.pk, at=paid.payable_at)
        order(by, amount=20_000)
        give_coupon(programme_id=by.link.programme_id, creator=kim, code="KIM", actor=boss(), from_at=NOW)
        answer = client.get(page("affiliate"))
        (total,) = answer.context["totals"]
        assert (total.pending, total.payable, total.orders) == (2_000, 1_000, 2)
        (month,) = answer.context["forecast"]
        assert (month.first, month.amount) == (dt.date(2026, 4, 1), 2_000)
        assert "KIM" in answer.content.decode()

    def test_is_for_creators(self, client):
        assert client.get(page("affiliate")).status_code == 302


class TestAdvanceCommissions:
    def test_pays_what_nothing_was_noticed_about_when_its_hold_ends(self, kim):
        by, slow = click(link(creator=kim)), click(link(of=programme(approves_itself=False)))
        fine, odd, waits = order(by), order(by), order(slow)
        AffiliateConversion.objects.filter(pk=odd.pk).update(needs_review=True)
        for days, states in ((29, {"held"}), (30, {"payable", "held"})):
            with time_machine.travel(NOW + days * DAY, tick=False):
                tasks.advance_commissions()
            assert set(AffiliateConversion.objects.values_list("state", flat=True)) == states
        fine.refresh_from_db()
        assert fine.credited_at == NOW + 30 * DAY
        assert dict(
            IncomeDay.objects.filter(creator=kim).values_list("state", "amount")
        ) == {"credited": 1_000, "pending": 1_000}  # fmt: skip
        assert AffiliateConversion.objects.get(pk=waits.pk).state == "held"

    def test_leaves_the_others_alone_where_one_fails(self, kim, monkeypatch):
        first, second = order(click(link())), order(click(link()))
        real = tasks.affiliate_conversions.approve

        def fails(*, conversion_id, at):
            if conversion_id == first.pk:
                raise RuntimeError("broken")
            return real(conversion_id=conversion_id, at=at)

        monkeypatch.setattr(tasks.affiliate_conversions, "approve", fails)
        with time_machine.travel(NOW + 30 * DAY, tick=False):
            tasks.advance_commissions()
        found = {each.pk: each.state for each in AffiliateConversion.objects.all()}
        assert found == {first.pk: "held", second.pk: "payable"}


class TestPendingForecast:
    def test_tells_the_month_in_which_each_becomes_payable(self, kim):
        by = click(link(creator=kim))
        order(by)
        order(by, at=NOW + 29 * DAY, amount=20_000)
        found = pending_forecast(kim.pk, NOW)
        assert [(each.first, each.amount, each.rows) for each in found] == [
            (dt.date(2026, 4, 1), 3_000, 2),
        ]
        (late,) = pending_forecast(kim.pk, NOW + 100 * DAY)
        assert late.first == dt.date(2026, 6, 1)
