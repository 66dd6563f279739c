import uuid

import pytest

from partnerships.deal_states import Stage
from partnerships.models import Brand, BrandDeal, Deliverable, Milestone
from tests.factories.partnerships_deals import (
    deal_of,
    deliverable_of,
    exclusivity_of,
    invoiced,
    milestone_of,
)
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/brand-deals/"
WISH = {
    "title": "Three videos",
    "brand": "Aurora Audio",
    "value": {"amount": 240_000, "currency": "EUR"},
    "category": "headphones",
}


@pytest.fixture
def creator():
    return CreatorFactory()


@pytest.fixture
def api(client, creator):
    client.force_login(creator)

    def ask(method: str, path: str, body: dict | None = None, key: str = ""):
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return getattr(client, method)(
            f"{ROOT}{path}", body, content_type="application/json", headers=headers
        )

    return ask


def refused(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


class TestRefusedDeals:
    def test_leave_no_brand_behind(self, api):
        wish = WISH | {"start_date": "2026-03-02", "end_date": "2026-03-01"}
        assert refused(api("post", "", wish)) == (422, "ends_before")
        assert not Brand.objects.exists()


class TestDeals:
    def test_are_listed_at_a_fixed_cost(self, api, client, creator, django_assert_num_queries):
        for count in (1, 3):
            deal = deal_of(creator, f"Deal {count}")
            deliverable_of(deal)
            milestone_of(deal)
            invoiced(deal)
            client.get(ROOT)
            with django_assert_num_queries(3):  # two of them find the session's person
                plain = client.get(ROOT).json()["results"]
            with django_assert_num_queries(5):
                whole = client.get(ROOT, {"expand": ["deliverables", "milestones"]}).json()["results"]
        assert [row["title"] for row in plain] == ["Deal 3", "Deal 1"]
        assert "deliverables" not in plain[0]
        assert whole[0]["milestones"][0]["amount"] == {"amount": 50_000, "currency": "EUR"}
        assert plain[0]["next_due_date"] == "2026-03-12"

    def test_are_chosen_and_ordered(self, client, api, creator):
        deal_of(creator, "Shoes", stage=Stage.CONTRACTED)
        deal_of(creator, "Bags")
        titles = {
            query: [row["title"] for row in client.get(f"{ROOT}?{query}").json()["results"]]
            for query in ("stage=contracted", "text=bag", "ordering=title", "from=2030-01-01&to=2030-01-02")
        }
        assert list(titles.values()) == [["Shoes"], ["Bags"], ["Bags", "Shoes"], []]
        for query in ("stage=x", "sort=title", "ordering=value", "from=2026-03-02&to=2026-03-01", "to=x"):
            answer = client.get(f"{ROOT}?{query}")
            assert refused(answer) == (400, "invalid"), query

    def test_come_page_by_page(self, client, api, creator):
        for title in "abc":
            deal_of(creator, title)
        found, address = [], f"{ROOT}?ordering=title&page_size=2"
        while address:
            body = client.get(address).json()
            found += [row["title"] for row in body["results"]]
            address = body["next"]
        assert found == ["a", "b", "c"]

    def test_are_written_down_once_for_a_key(self, api):
        first, second = (api("post", "", WISH, key="k") for _ in range(2))
        assert first.status_code == 201
        assert first.json() == second.json()
        assert (first.json()["brand"], first.json()["stage"]) == ("Aurora Audio", "lead")
        assert first.json()["value"] == WISH["value"]
        assert first.json()["moves"] == ["negotiating", "contracted", "lost"]
        assert BrandDeal.objects.count() == Brand.objects.count() == 1

    def test_refuse_a_key_that_meant_another(self, api):
        api("post", "", WISH, key="k")
        assert refused(api("post", "", WISH | {"title": "Others"}, key="k")) == (409, "idempotency_conflict")

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"value": {"amount": -1, "currency": "EUR"}}, 400),
            ({"value": {"amount": 2**63, "currency": "EUR"}}, 400),
            ({"value": {"amount": 1, "currency": "COIN"}}, 400),
            ({"value": 5}, 400),
            ({"brand": ""}, 400),
            ({"stage": "paid"}, 400),
            ({"version": 1}, 400),
            ({"id": "0"}, 400),
            ({"start_date": "2026-03-02", "end_date": "2026-03-01"}, 422),
        ],
        ids=["below", "huge", "unit", "bare", "nobody", "paid", "version", "id", "backwards"],
    )
    def test_refuse_what_makes_no_deal(self, api, change, status):
        answer = api("post", "", WISH | change)
        assert refused(answer)[0] == status
        assert answer.json()["errors"]
        assert not BrandDeal.objects.exists()

    def test_change_what_they_are_told_to(self, api, creator):
        deal = deal_of(creator, notes="Call them.")
        body = api("patch", f"{deal.pk}/", {"version": 1, "title": "Shoes", "brand": "AURORA audio"}).json()
        assert (body["title"], body["notes"], body["brand"]) == ("Shoes", "Call them.", "Aurora Audio")
        assert body["version"] == 2
        assert refused(api("patch", f"{deal.pk}/", {"version": 1, "title": "Bags"})) == (409, "stale")
        assert refused(api("patch", f"{deal.pk}/", {"title": "Bags"})) == (400, "invalid")

    def test_move_on(self, api, creator):
        deal = deal_of(creator)
        body = api("post", f"{deal.pk}/move/", {"version": 1, "to": "negotiating", "note": "Sent."}).json()
        assert (body["stage"], body["events"][-1]["note"]) == ("negotiating", "Sent.")
        for to, status, code in (
            ("paid", 422, "no_such_move"),
            ("lost", 409, "stale"),
            ("x", 400, "invalid"),
        ):
            assert refused(api("post", f"{deal.pk}/move/", {"version": 1 + (to == "paid"), "to": to})) == (
                status,
                code,
            )

    def test_are_nobody_else_s(self, api):
        deal = deal_of(CreatorFactory())
        part = deliverable_of(deal)
        below = f"{deal.pk}/deliverables/"
        for method, path, body in (
            ("get", f"{deal.pk}/", None),
            ("patch", f"{deal.pk}/", {"version": 1}),
            ("post", f"{deal.pk}/move/", {"version": 1, "to": "lost"}),
            ("post", below, {"kind": "video", "title": "x"}),
            ("patch", f"{below}{part.pk}/", {"title": "x"}),
            ("delete", f"{below}{part.pk}/", None),
            ("post", f"{below}{part.pk}/move/", {"to": "dropped"}),
        ):
            assert refused(api(method, path, body)) == (404, "not_found"), path

    def test_are_for_creators(self, client):
        client.force_login(UserFactory())
        assert refused(client.get(ROOT)) == (403, "not_a_creator")


class TestParts:
    def test_are_added_changed_and_removed(self, api, creator):
        deal = deal_of(creator)
        for kind, facts, change in (
            ("deliverables", {"kind": "video", "title": "A video"}, {"title": "A film"}),
            (
                "milestones",
                {"title": "Half", "amount": {"amount": 5, "currency": "EUR"}, "due_date": "2026-04-01"},
                {"amount": {"amount": 7, "currency": "EUR"}},
            ),
            ("usage-rights", {"what": "Ads", "from_date": "2026-04-01"}, {"until_date": "2026-05-01"}),
            (
                "exclusivities",
                {"category": "shoes", "from_date": "2026-04-01", "until_date": "2026-05-01"},
                {"category": "boots"},
            ),
        ):
            first, second = (api("post", f"{deal.pk}/{kind}/", facts, key=kind) for _ in range(2))
            assert (first.status_code, first.json()) == (201, second.json()), kind
            assert refused(api("post", f"{deal.pk}/{kind}/", facts | change, key=kind))[0] == 409
            path = f"{deal.pk}/{kind}/{first.json()['id']}/"
            assert api("patch", path, change).json() == first.json() | change
            assert api("get", f"{deal.pk}/").json()[kind.replace("-", "_")] == [first.json() | change]
            assert api("delete", path).status_code == 204
            assert refused(api("delete", path))[0] == 404

    def test_are_in_the_deal_s_currency(self, api, creator):
        facts = {"title": "Half", "amount": {"amount": 5, "currency": "USD"}, "due_date": "2026-04-01"}
        answer = api("post", f"{deal_of(creator).pk}/milestones/", facts)
        assert (refused(answer)[0], list(answer.json()["errors"])) == (400, ["amount"])
        assert not Milestone.objects.exists()

    def test_end_after_they_begin_whichever_day_is_changed(self, api, creator):
        part = exclusivity_of(deal_of(creator))
        answer = api("patch", f"{part.deal_id}/exclusivities/{part.pk}/", {"until_date": "2026-01-01"})
        assert refused(answer) == (422, "ends_before")

    def test_are_published_with_a_proof(self, api, creator):
        part = deliverable_of(deal_of(creator))
        path = f"{part.deal_id}/deliverables/{part.pk}/move/"
        assert refused(api("post", path, {"to": "published"})) == (422, "no_proof")
        body = api("post", path, {"to": "published", "proof_url": "https://video.example/1"}).json()
        assert (body["state"], body["proof_url"]) == ("published", "https://video.example/1")
        assert Deliverable.objects.get().state == "published"


class TestInvoices:
    def test_are_read_at_a_fixed_cost(self, api, client, creator, django_assert_num_queries):
        address = "/api/v1/brand-invoices/"
        invoice = invoiced(deal_of(creator), net=10_000, percent="19")
        client.get(address)
        with django_assert_num_queries(3):
            [row] = client.get(address, {"state": "issued", "deal": str(invoice.deal_id)}).json()["results"]
        assert (row["number"], row["gross"]) == ("LUMI-00001", {"amount": 11_900, "currency": "EUR"})
        [line] = client.get(f"{address}{invoice.pk}/").json()["lines"]
        assert line["amount"] == {"amount": 10_000, "currency": "EUR"}
        client.force_login(CreatorFactory())
        assert client.get(f"{address}{invoice.pk}/").status_code == 404
        assert client.get(address).json()["results"] == []


class TestBrandNamed:
    def test_knows_a_name_whose_upper_case_differs(self, api):
        for name in ("kelvin", "Kelvin", "\N{KELVIN SIGN}elvin"):
            assert api("post", "", WISH | {"brand": name}).status_code == 201
        assert Brand.objects.count() == 1
