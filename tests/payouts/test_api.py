import datetime as dt
import uuid

import pytest
import time_machine

from ledger.queries import platform_balances
from payouts.models import PayoutMethod, PayoutRequest
from payouts.operations.preferences import choose
from payouts.queries import diamonds_of
from tests.factories.keys import issue_key
from tests.factories.payouts import (
    NOW,
    approved_payout,
    give_cash,
    requested_payout,
)
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
PAYOUTS, QUOTES = "/api/v1/payouts/", "/api/v1/payout-quotes/"
WHOLE = 2_000_000


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + dt.timedelta(hours=3)):
        yield


class Api:
    """A program with a key of its person."""

    def __init__(self, client, person, scopes=("payouts:read", "payouts:write")) -> None:
        self.client, self.person = client, person
        self.headers = {"Authorization": f"Bearer {issue_key(user=person, name='test', scopes=list(scopes))}"}

    def get(self, address):
        return self.client.get(address, headers=self.headers)

    def post(self, address, body=None, key="k"):
        headers = self.headers | ({"Idempotency-Key": key} if key is not None else {})
        return self.client.post(address, body or {}, headers=headers, content_type="application/json")


@pytest.fixture
def api(client, creator):
    return Api(client, creator)


def asked(creator, diamonds="20000.00", **more) -> dict:
    return {"diamonds": diamonds, "method": str(PayoutMethod.objects.get(owner=creator).pk)} | more


class TestPermissions:
    @pytest.mark.parametrize("address", [PAYOUTS, "/api/v1/balances/", "/api/v1/payout-methods/"])
    def test_need_a_key_with_the_scope(self, client, creator, address):
        assert client.get(address).status_code == 401
        assert Api(client, creator, ["gifts:read"]).get(address).status_code == 403
        assert Api(client, creator).get(address).status_code == 200

    def test_keep_reading_keys_from_writing(self, client, creator):
        response = Api(client, creator, ["payouts:read"]).post(PAYOUTS, asked(creator))
        assert response.status_code == 403
        assert diamonds_of(creator.pk).available == WHOLE


class TestQuotes:
    def test_show_every_line(self, api):
        body = api.post(QUOTES, {"diamonds": "20000"}, key=None).json()
        assert body == {
            "diamonds": "20000.00",
            "lines": [
                {
                    "unit": "DIAMOND",
                    "amount": "20000.00",
                    "rate": "0.0050000000",
                    "worth_currency": "USD",
                    "fx_rate": "0.9045000000",
                    "gross": 9045,
                }
            ],
            "gross": {"amount": 9045, "currency": "EUR"},
            "fx_fee": {"amount": 45, "currency": "EUR"},
            "fee": {"amount": 35, "currency": "EUR"},
            "tax": {"amount": 0, "currency": "EUR"},
            "net": {"amount": 8965, "currency": "EUR"},
            "expected_date": "2026-03-05",
            "closed_gates": [],
        }

    def test_name_the_gates_that_are_closed(self, api):
        (gate,) = api.post(QUOTES, {"diamonds": "5000"}).json()["closed_gates"]
        assert (gate["code"], gate["passed"], gate["clears_on"]) == ("minimum", False, None)

    @pytest.mark.parametrize("diamonds", ["0", "-1", "1.234", "x", "", None, [], {}, "1e400", "NaN", 10**30])
    def test_refuse_what_is_no_amount(self, api, diamonds):
        response = api.post(QUOTES, {"diamonds": diamonds})
        assert (response.status_code, response.json()["code"]) == (400, "invalid")
        assert response.json()["errors"]["diamonds"]

    def test_refuse_where_payouts_are_closed(self, client):
        response = Api(client, CreatorFactory(country="NG")).post(QUOTES, {"diamonds": "20000"})
        assert (response.status_code, response.json()["code"]) == (422, "unable_to_quote")

    def test_compare_with_the_next_pay_day(self, api):
        body = api.post(QUOTES, {"diamonds": "20000", "when": "next_pay_day"}, key=None).json()
        assert (body["net"]["amount"], body["expected_date"]) == (8965, "2026-03-19")
        assert body["closed_gates"] == []
        PayoutMethod.objects.update(usable_from=dt.datetime(2026, 3, 17, tzinfo=dt.UTC))
        body = api.post(QUOTES, {"diamonds": "20000", "when": "next_pay_day"}, key=None).json()
        assert [gate["code"] for gate in body["closed_gates"]] == ["method_lock"]

    def test_know_no_pay_day_where_there_is_none(self, api, creator):
        choose(owner=creator, schedule="on_demand", minimum=None, at=NOW)
        response = api.post(QUOTES, {"diamonds": "20000", "when": "next_pay_day"})
        assert (response.status_code, response.json()["code"]) == (422, "no_pay_day")

    @pytest.mark.parametrize(
        "cash",
        [
            [{"amount": 0, "currency": "EUR"}],
            [{"amount": 1, "currency": "XXY"}],
            [{"amount": 1, "currency": "EUR"}, {"amount": 2, "currency": "EUR"}],
            {"EUR": 1},
        ],
        ids=["nothing", "no currency", "twice", "no list"],
    )
    def test_refuse_what_is_no_cash(self, api, cash):
        response = api.post(QUOTES, {"cash": cash})
        assert response.status_code == 400
        assert response.json()["errors"]


class TestPayouts:
    def test_take_no_field_that_there_is_not(self, api, creator):
        before = platform_balances()
        response = api.post(PAYOUTS, asked(creator, net={"amount": 9_999, "currency": "EUR"}))
        assert (response.status_code, list(response.json()["errors"])) == (400, ["net"])
        assert "accepted_net" in response.json()["errors"]["net"][0]
        response = api.post(PAYOUTS, asked(creator, accepted_net=10**30))
        assert (response.status_code, list(response.json()["errors"])) == (400, ["accepted_net"])
        assert platform_balances() == before

    def test_are_requested_in_cash(self, api, creator):
        give_cash(creator, "EUR", 5_000)
        body = asked(creator, cash=[{"amount": 5_000, "currency": "EUR"}])
        del body["diamonds"]
        response = api.post(PAYOUTS, body)
        assert (response.status_code, response.json()["net"]["amount"]) == (201, 4_965)
        assert [line["unit"] for line in response.json()["lines"]] == ["EUR"]

    def test_are_requested(self, api, creator):
        response = api.post(PAYOUTS, asked(creator, accepted_net=8965))
        assert response.status_code == 201
        body = response.json()
        assert body["net"] == {"amount": 8965, "currency": "EUR"}
        assert (body["state"], body["diamonds"], body["account"]) == (
            "in_review",
            "20000.00",
            "DE89 •••• 3000",
        )
        assert [event["state"] for event in body["events"]] == ["requested", "in_review"]
        assert diamonds_of(creator.pk).held == WHOLE
        assert api.get(f"{PAYOUTS}{body['id']}/").json() == body

    def test_are_requested_once_for_a_key(self, api, creator):
        first, second = (api.post(PAYOUTS, asked(creator)) for _ in range(2))
        assert first.json() == second.json()
        assert PayoutRequest.objects.count() == 1

    def test_refuse_a_key_that_meant_something_else(self, api, creator):
        api.post(PAYOUTS, asked(creator, "15000"))
        response = api.post(PAYOUTS, asked(creator))
        assert (response.status_code, response.json()["code"]) == (409, "idempotency_conflict")

    @pytest.mark.parametrize("key", [None, "", "x" * 101])
    def test_need_a_key(self, api, creator, key):
        response = api.post(PAYOUTS, asked(creator), key=key)
        assert (response.status_code, list(response.json()["errors"])) == (400, ["Idempotency-Key"])
        assert diamonds_of(creator.pk).available == WHOLE

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"diamonds": "20000.01"}, 422, "balance"),
            ({"diamonds": "100"}, 422, "minimum"),
            ({"accepted_net": 9000}, 409, "quote_changed"),
            ({"method": str(uuid.uuid4())}, 422, "unusable_method"),
            ({"method": "x"}, 400, "invalid"),
            ({"accepted_net": "x"}, 400, "invalid"),
            ({"diamonds": None}, 400, "invalid"),
        ],
    )
    def test_refuse_and_move_nothing(self, api, creator, change, status, code):
        before = platform_balances()
        response = api.post(PAYOUTS, asked(creator) | change)
        assert (response.status_code, response.json()["code"]) == (status, code)
        assert response["Content-Type"] == "application/problem+json"
        assert platform_balances() == before

    def test_name_every_closed_gate_in_a_refusal(self, api, creator):
        PayoutMethod.objects.update(usable_from=NOW + dt.timedelta(days=1))
        body = api.post(PAYOUTS, asked(creator, "30000")).json()
        assert list(body["errors"]) == ["method_lock", "balance"]

    def test_are_for_creators(self, client):
        response = Api(client, UserFactory()).post(PAYOUTS, {"diamonds": "1", "method": str(uuid.uuid4())})
        assert (response.status_code, response.json()["code"]) == (422, "account")

    @pytest.mark.parametrize("body", ["[]", "{", '"x"', "null"])
    def test_survive_nonsense(self, client, api, body):
        headers = api.headers | {"Idempotency-Key": "k"}
        response = client.post(PAYOUTS, body, headers=headers, content_type="application/json")
        assert response.status_code == 400

    def test_are_listed_at_a_fixed_cost(self, api, creator, django_assert_num_queries):
        api.post(PAYOUTS, asked(creator))
        with django_assert_num_queries(3):
            body = api.get(PAYOUTS).json()
        assert [row["state"] for row in body["results"]] == ["in_review"]
        assert set(body) == {"next", "previous", "results"}

    def test_are_nobody_else_s(self, api):
        payout = requested_payout()
        assert api.get(PAYOUTS).json()["results"] == []
        assert api.get(f"{PAYOUTS}{payout.id}/").status_code == 404
        assert api.post(f"{PAYOUTS}{payout.id}/cancel/").status_code == 404

    def test_are_cancelled_once(self, api, creator):
        payout = api.post(PAYOUTS, asked(creator)).json()
        for _ in range(2):
            assert api.post(f"{PAYOUTS}{payout['id']}/cancel/", key=None).json()["state"] == "cancelled"
        assert diamonds_of(creator.pk).available == WHOLE

    def test_are_not_cancelled_after_approval(self, api, creator):
        payout = approved_payout(creator)
        response = api.post(f"{PAYOUTS}{payout.id}/cancel/")
        assert (response.status_code, response.json()["code"]) == (409, "wrong_state")


class TestBalances:
    def test_show_diamonds_and_gates(self, api):
        body = api.get("/api/v1/balances/").json()
        assert body["diamonds"] == {"pending": "0.00", "available": "20000.00", "held": "0.00"}
        assert all(gate["passed"] for gate in body["gates"])


class TestMethods:
    def test_are_listed_masked_at_a_fixed_cost(self, api, django_assert_num_queries):
        with django_assert_num_queries(2):
            (method,) = api.get("/api/v1/payout-methods/").json()["results"]
        assert method["account"] == "DE89 •••• 3000"
        assert not {"iban", "bic", "holder", "fingerprint"} & set(method)

    def test_are_not_added_by_programs(self, api):
        assert api.post("/api/v1/payout-methods/", {"iban": "DE89370400440532013000"}).status_code == 405
