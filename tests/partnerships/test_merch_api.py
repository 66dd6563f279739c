import pytest

from partnerships.models import ItemCost
from tests.factories.partnerships_merch import order_payload, refund_payload, send, store_of
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
ORDERS, STORES, PRODUCTS = "/api/v1/merch-orders/", "/api/v1/merch-stores/", "/api/v1/merch-products/"


@pytest.fixture
def creator(client):
    creator = CreatorFactory()
    client.force_login(creator)
    return creator


class TestMerchOrders:
    def test_are_listed_at_a_fixed_cost(self, client, creator, django_assert_num_queries):
        store = store_of(creator)
        for number in (1, 2):
            send(store, order_payload(number))
            client.get(ORDERS)
            with django_assert_num_queries(3):  # two of them find the session's person
                plain = client.get(ORDERS).json()["results"]
            with django_assert_num_queries(4):
                whole = client.get(ORDERS, {"expand": "lines"}).json()["results"]
        assert [row["number"] for row in plain] == ["#1002", "#1001"]
        assert "lines" not in plain[0]
        assert plain[0]["total"] == {"amount": 6_400, "currency": "USD"}
        assert [line["net"]["amount"] for line in whole[0]["lines"]] == [4_000, 1_500]

    def test_are_chosen(self, client, creator):
        store = store_of(creator)
        send(store, order_payload(1))
        send(store, order_payload(2, state="placed", shipments=[], placed_at="2026-02-20T09:00:00Z"))
        for query, found in (
            ("state=shipped", ["#1001"]),
            ("to=2026-02-28", ["#1002"]),
            (f"store={store.pk}&text=shirt", ["#1002", "#1001"]),
            ("flagged=true", []),
        ):
            rows = client.get(f"{ORDERS}?{query}").json()["results"]
            assert [row["number"] for row in rows] == found, query
        for query in ("state=x", "expand=x", "store=1", "colour=red"):
            assert client.get(f"{ORDERS}?{query}").status_code == 400, query

    def test_tell_what_each_movement_earned(self, client, creator):
        store = store_of(creator)
        send(store, order_payload(1))
        send(store, refund_payload("20.00"))
        [row] = client.get(ORDERS).json()["results"]
        order = client.get(f"{ORDERS}{row['id']}/").json()
        assert [refund["amount"]["amount"] for refund in order["refunds"]] == [2_000]
        assert sum(each["amount"]["amount"] for each in order["earnings"]) == order["earned"]["amount"]

    def test_are_nobody_else_s(self, client, creator):
        send(store_of(), order_payload(1))
        assert client.get(ORDERS).json()["results"] == client.get(STORES).json()["results"] == []
        client.force_login(UserFactory())
        assert client.get(ORDERS).json()["code"] == "not_a_creator"


class TestMerchStores:
    def test_are_listed_without_their_secret(self, client, creator, django_assert_num_queries):
        store = store_of(creator, fee_fixed=30)
        with django_assert_num_queries(3):
            [row] = client.get(STORES).json()["results"]
        assert (row["id"], row["fee_fixed"]) == (str(store.pk), {"amount": 30, "currency": "USD"})
        assert store.secret not in str(row)

    def test_rest_and_go_on(self, client, creator):
        store = store_of(creator)
        for move, state in (("pause", "paused"), ("pause", "paused"), ("resume", "active")):
            assert client.post(f"{STORES}{store.pk}/{move}/").json()["state"] == state
        assert client.post(f"{STORES}{store_of().pk}/pause/").json()["code"] == "not_found"


class TestProducts:
    def put(self, client, store, **change):
        wish = {
            "product": "shirt",
            "cost": {"amount": 700, "currency": "USD"},
            "effective_date": "2026-03-01",
        }
        return client.put(f"{STORES}{store.pk}/costs/", wish | change, content_type="application/json")

    def test_are_listed_with_what_they_cost(self, client, creator, django_assert_num_queries):
        store = store_of(creator)
        for number in (1, 2):
            send(store, order_payload(number))
            with django_assert_num_queries(3):  # two of them find the session's person
                rows = client.get(PRODUCTS).json()["results"]
        assert [(row["name"], row["pieces"], row["cost"]) for row in rows] == [
            ("Cap", 2, None),
            ("Shirt", 4, None),
        ]
        found, address = [], f"{PRODUCTS}?page_size=1"
        while address:
            body = client.get(address).json()
            found, address = found + body["results"], body["next"]
        assert found == rows

    def test_cost_what_they_are_told_to(self, client, creator, django_assert_num_queries):
        store = store_of(creator)
        send(store, order_payload())
        told = self.put(client, store).json()
        self.put(client, store, effective_date="2026-03-05", cost={"amount": 800, "currency": "USD"})
        with django_assert_num_queries(4):
            costs = client.get(f"{STORES}{store.pk}/costs/?product=shirt").json()["results"]
        assert [cost["cost"]["amount"] for cost in costs] == [800, 700]
        assert costs[1] == told
        assert client.get(PRODUCTS).json()["results"][1]["cost"] == {"amount": 800, "currency": "USD"}

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"product": "shrit"}, 400),
            ({"cost": {"amount": 1, "currency": "EUR"}}, 400),
            ({"cost": {"amount": -1, "currency": "USD"}}, 422),
            ({"effective_date": "1999-01-01"}, 422),
        ],
        ids=["typo", "currency", "below", "long-ago"],
    )
    def test_refuse_what_is_no_cost(self, client, creator, change, status):
        store = store_of(creator)
        send(store, order_payload())
        answer = self.put(client, store, **change)
        assert (answer.status_code, bool(answer.json()["errors"])) == (status, True)
        assert not ItemCost.objects.exists()

    def test_of_others_are_out_of_reach(self, client, creator):
        store = store_of()
        send(store, order_payload())
        assert self.put(client, store).status_code == 404
        assert client.get(f"{STORES}{store.pk}/costs/?product=shirt").status_code == 404
        assert client.get(PRODUCTS).json()["results"] == []
