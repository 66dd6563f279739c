import pytest

from tests.factories.partnerships_merch import order_payload, refund_payload, send, store_of
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
ORDERS, STORES = "/api/v1/merch-orders/", "/api/v1/merch-stores/"


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
