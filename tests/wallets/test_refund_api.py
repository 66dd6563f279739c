import datetime as dt

import pytest
from django.utils import timezone

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from tests.factories.people import UserFactory
from tests.factories.purchases import paid
from tests.wallets.test_api import Caller
from wallets.models import CoinRefund


@pytest.fixture
def caller(client, viewer):
    return Caller(client, viewer)


@pytest.fixture
def purchase(viewer):
    return paid(viewer, at=timezone.now() - dt.timedelta(days=1))


def refunds(purchase):
    return f"/api/v1/coin-purchases/{purchase.pk}/refunds/"


def ask(caller, purchase, key="k", **body):
    headers = caller.headers | ({"Idempotency-Key": key} if key else {})
    return caller.client.post(refunds(purchase), body, content_type="application/json", headers=headers)


class TestRefundQuote:
    def test_tells_the_money_and_until_when(self, caller, purchase):
        told = caller.get(f"/api/v1/coin-purchases/{purchase.pk}/refund-quote/").json()
        assert told["money"] == {"amount": 85, "currency": "EUR"}
        assert (told["coins"], told["bonus_coins"], told["refused"]) == ("70", "0", "")

    def test_is_not_found_for_others(self, client, purchase):
        other = Caller(client, UserFactory())
        assert other.get(f"/api/v1/coin-purchases/{purchase.pk}/refund-quote/").status_code == 404


class TestRefunds:
    def test_are_asked_for_once_by_a_key(self, caller, purchase):
        first, again = ask(caller, purchase, amount=85), ask(caller, purchase, amount=85)
        assert first.status_code == again.status_code == 201
        assert first.json() == again.json()
        assert first.json()["state"] == "requested"
        assert balance(VIEWER_COINS.of(purchase.viewer_id)) == 0

    @pytest.mark.parametrize(
        ("body", "key", "status", "code"),
        [
            ({"amount": 84}, "k", 409, "quote_changed"),
            ({"amount": "x"}, "k", 400, "invalid"),
            ({}, "", 400, "invalid"),
        ],
    )
    def test_are_refused_with_a_code(self, caller, purchase, nothing_moves, body, key, status, code):
        answer = ask(caller, purchase, key, **body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not CoinRefund.objects.exists()

    def test_are_refused_after_two_weeks(self, caller, viewer):
        answer = ask(caller, paid(viewer, at=timezone.now() - dt.timedelta(days=15)))
        assert (answer.status_code, answer.json()["code"]) == (422, "too_late")

    def test_are_not_found_for_others(self, client, purchase):
        other = Caller(client, UserFactory())
        assert ask(other, purchase).status_code == 404
        assert other.get(refunds(purchase)).status_code == 404

    def test_need_the_scope_to_write(self, client, viewer, purchase):
        assert ask(Caller(client, viewer, ["wallet:read"]), purchase).status_code == 403

    def test_are_listed(self, caller, purchase, django_assert_num_queries):
        ask(caller, purchase)
        with django_assert_num_queries(3):
            assert len(caller.get(refunds(purchase)).json()["results"]) == 1
