import datetime as dt

import pytest
import time_machine

from tests.factories.gifts import gift_from
from tests.factories.partnerships_deals import NOW, deal_of, invoiced
from tests.factories.partnerships_merch import order_payload, send, store_of
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
ROOT, LINES = "/api/v1/earnings/", "/api/v1/earnings/lines/"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + 10 * DAY, tick=False):
        yield


@pytest.fixture
def creator(client):
    creator = CreatorFactory()
    client.force_login(creator)
    gift_from(UserFactory(), creator, "kite", at=NOW - 40 * DAY)
    gift_from(UserFactory(), creator, "kite", at=NOW)
    invoiced(deal_of(creator), net=100_000, at=NOW)
    send(store_of(creator), order_payload(1))
    return creator


def worth(day: dict) -> int:
    return day["worth"]["amount"]


class TestEarnings:
    def test_add_up_whichever_way_they_are_cut(self, client, creator, django_assert_num_queries):
        with django_assert_num_queries(7):
            body = client.get(ROOT).json()
        total = body["total"]["amount"]
        assert (body["currency"], body["from"], body["to"]) == ("EUR", "2025-04-01", "2026-03-12")
        assert [part["stream"] for part in body["streams"]] == ["gifts", "brand_deals", "merch"]
        assert sum(part["total"]["amount"] for part in body["streams"]) == total
        assert [part["month"] for part in body["months"]] == ["2026-01", "2026-03"]
        assert sum(part["total"]["amount"] for part in body["months"]) == total
        assert sum(body[state]["amount"] for state in ("pending", "credited", "paid")) == total
        assert sum(map(worth, client.get(LINES).json()["results"])) == total

    def test_are_chosen(self, client, creator):
        whole = client.get(ROOT).json()
        for query in ("stream=gifts", "stream=gifts&stream=merch", "state=pending", "from=2026-03-01"):
            body = client.get(f"{ROOT}?{query}").json()
            assert 0 < body["total"]["amount"] < whole["total"]["amount"], query
            lines = client.get(f"{LINES}?{query}").json()["results"]
            assert sum(map(worth, lines)) == body["total"]["amount"], query
        for query in ("stream=x", "state=x", "from=1999-12-31", "from=2026-03-02&to=2026-03-01", "months=3"):
            assert client.get(f"{ROOT}?{query}").status_code == 400, query

    def test_are_each_creator_s_own(self, client, creator):
        client.force_login(CreatorFactory())
        body = client.get(ROOT).json()
        assert (body["total"]["amount"], body["months"]) == (0, [])
        assert client.get(LINES).json() == {"next": None, "previous": None, "results": []}
        client.force_login(UserFactory())
        assert client.get(ROOT).json()["code"] == "not_a_creator"


class TestLines:
    def test_tell_each_row_in_its_own_unit(self, client, creator):
        days = client.get(LINES).json()["results"]
        assert [day["date"] for day in days] == ["2026-03-03", "2026-03-02", "2026-01-21"]
        deal, gifts = days[1]["lines"]
        assert (deal["money"], deal["diamonds"]) == ({"amount": 100_000, "currency": "EUR"}, None)
        assert (gifts["money"], gifts["diamonds"], gifts["label"]) == (None, "49.00", "1 gift")

    def test_come_page_by_page_and_back(self, client, creator):
        first = client.get(LINES, {"page_size": 2}).json()
        second = client.get(first["next"]).json()
        assert (second["next"], len(first["results"]), len(second["results"])) == (None, 2, 1)
        assert client.get(second["previous"]).json() == first
        assert client.get(LINES, {"cursor": "x"}).status_code == 400
