import datetime as dt
import uuid

import pytest
import time_machine

from partnerships.models import AffiliateLink, AffiliateMembership, AffiliateProgramme
from partnerships.operations.affiliate_links import retire_link
from tests.factories.partnerships_affiliate import NOW, click, link, order, programme, tell
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
PROGRAMMES, LINKS = "/api/v1/affiliate-programmes/", "/api/v1/affiliate-links/"
CONVERSIONS = "/api/v1/affiliate-conversions/"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + 5 * DAY, tick=False):
        yield


@pytest.fixture
def creator(client):
    creator = CreatorFactory()
    client.force_login(creator)
    return creator


def post(client, path: str, key: str = "", **facts):
    headers = {"Idempotency-Key": key or uuid.uuid4().hex}
    return client.post(f"{LINKS}{path}", facts, content_type="application/json", headers=headers)


class TestProgrammes:
    def test_are_listed_at_a_fixed_cost(self, client, creator, django_assert_num_queries):
        link(of=programme(name="Joined", state="active"), creator=creator)
        programme(name="Open")
        AffiliateProgramme.objects.filter(pk=programme(name="Paused").pk).update(state="paused")
        with django_assert_num_queries(3):  # two of them find the session's person
            rows = client.get(PROGRAMMES).json()["results"]
        assert [(row["name"], row["joined_at"] is None) for row in rows] == [
            ("Joined", False),
            ("Open", True),
        ]
        for joined, names in (("true", ["Joined"]), ("false", ["Open"])):
            rows = client.get(PROGRAMMES, {"joined": joined}).json()["results"]
            assert [row["name"] for row in rows] == names

    def test_are_joined_once(self, client, creator):
        of = programme()
        for _ in range(2):
            answer = client.put(f"{PROGRAMMES}{of.pk}/joining/")
            assert (answer.status_code, answer.json()["joined_at"]) == (200, "2026-03-07T12:00:00Z")
        assert answer.json()["rates"][0]["pays"] == ["10 % of every order."]
        assert AffiliateMembership.objects.filter(creator=creator).count() == 1

    def test_that_are_closed_take_nobody_in(self, client, creator):
        closed, left = programme(state="ended"), link(creator=creator).programme
        AffiliateProgramme.objects.filter(pk=left.pk).update(state="paused")
        assert client.put(f"{PROGRAMMES}{closed.pk}/joining/").status_code == 404
        answer = client.put(f"{PROGRAMMES}{left.pk}/joining/")
        assert (answer.status_code, answer.json()["code"]) == (422, "programme_not_open")


class TestLinks:
    def test_are_made_once_for_a_key(self, client, creator):
        of = link(creator=creator).programme
        wish = {"programme": str(of.pk), "target_url": "https://shop.example/lamps", "label": "Video"}
        first, second = (post(client, "", key="k", **wish) for _ in range(2))
        assert (first.status_code, first.json()) == (201, second.json())
        assert first.json()["address"].endswith(f"/go/{first.json()['code']}/")
        other = post(client, "", key="k", programme=str(of.pk), target_url="https://shop.example/beds")
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
        assert AffiliateLink.objects.count() == 2

    def test_lead_to_the_shop_alone(self, client, creator):
        of = link(creator=creator).programme
        for facts, field in (
            ({"programme": str(of.pk), "target_url": "https://elsewhere.example/"}, "target_url"),
            ({"programme": str(programme().pk)}, "programme"),
            ({"programme": str(uuid.uuid4())}, "programme"),
        ):
            answer = post(client, "", **facts)
            assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
        assert AffiliateLink.objects.count() == 1

    def test_are_listed_with_what_came_of_them(self, client, creator, django_assert_num_queries):
        made = link(creator=creator)
        order(click(made), amount=10_000)
        later = link(of=made.programme, creator=creator, at=NOW + DAY)
        retire_link(link_id=later.pk, creator=creator, at=NOW + DAY)
        link()
        with django_assert_num_queries(3):
            rows = client.get(LINKS).json()["results"]
        assert [row["id"] for row in rows] == [str(later.pk), str(made.pk)]
        assert (rows[1]["clicks"], rows[1]["conversions"]) == (1, 1)
        assert rows[1]["earned"] == {"amount": 1_000, "currency": "EUR"}
        for query, found in (
            (f"programme={made.programme_id}&retired=true", [str(later.pk)]),
            ("retired=false", [str(made.pk)]),
            (f"programme={uuid.uuid4()}", []),
        ):
            rows = client.get(f"{LINKS}?{query}").json()["results"]
            assert [row["id"] for row in rows] == found, query

    def test_are_taken_down_by_their_creator_alone(self, client, creator):
        for made, status in ((link(creator=creator), 200), (link(), 404)):
            assert client.get(f"{LINKS}{made.pk}/").status_code == status
            for _ in range(2):
                assert post(client, f"{made.pk}/retire/").status_code == status
            made.refresh_from_db()
            assert (made.retired_at is not None) == (status == 200)


class TestConversions:
    def test_are_listed_at_a_fixed_cost(self, client, creator, django_assert_num_queries):
        visit = click(link(creator=creator))
        for number in (1, 2):
            order(visit, order_id=f"A{number}", at=NOW + number * DAY)
            with django_assert_num_queries(3):
                rows = client.get(CONVERSIONS).json()["results"]
        order(click(link()))
        assert [row["order_id"] for row in rows] == ["A2", "A1"]
        assert rows[0]["kept"] == {"amount": 1_000, "currency": "EUR"}
        for query, found in (
            ("from=2026-03-04", ["A2"]),
            ("to=2026-03-03", ["A1"]),
            (f"state=held&programme={visit.link.programme_id}&link={visit.link_id}", ["A2", "A1"]),
            ("state=payable", []),
        ):
            rows = client.get(f"{CONVERSIONS}?{query}").json()["results"]
            assert [row["order_id"] for row in rows] == found, query

    def test_tell_how_their_commission_came_about(self, client, creator):
        made = order(click(link(creator=creator)), order_id="A1")
        tell(made.programme, "refunded", order_id="A1", amount=4_000, currency="EUR")
        body = client.get(f"{CONVERSIONS}{made.pk}/").json()
        assert body["steps"] == [
            {"words": "10 % of every order.", "amount": {"amount": 10_000, "currency": "EUR"}}
        ]
        assert [each["commission"]["amount"] for each in body["reversals"]] == [400]
        assert (body["taken_back"]["amount"], body["kept"]["amount"]) == (400, 600)

    def test_are_nobody_else_s(self, client, creator):
        assert client.get(f"{CONVERSIONS}{order(click(link())).pk}/").status_code == 404
        client.force_login(UserFactory())
        for address in (CONVERSIONS, LINKS, PROGRAMMES):
            assert client.get(address).json()["code"] == "not_a_creator"
