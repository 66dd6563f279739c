"""What creators decide about their payouts, are asked and owe, by programs."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from payouts.models import PayoutPreference
from payouts.operations.conversations import ask
from payouts.states import State
from tests.factories.payouts import NOW, fix_rates, paid_payout, requested_payout, reviewer
from tests.factories.people import CreatorFactory, UserFactory
from tests.payouts.test_api import PAYOUTS, Api
from tests.payouts.test_clawbacks import clawed

pytestmark = pytest.mark.django_db
SCHEDULE = "/api/v1/payout-schedule/"
WISH = {"schedule": "weekly", "minimum": {"amount": 10_000, "currency": "EUR"}}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + dt.timedelta(hours=3)):
        yield


@pytest.fixture
def api(client):
    fix_rates()
    return Api(client, CreatorFactory())


def put(api, **change):
    wish = {name: value for name, value in (WISH | change).items() if value != "left out"}
    return api.client.put(SCHEDULE, wish, content_type="application/json", headers=api.headers)


class TestSchedule:
    def test_says_what_the_terms_offer(self, api, django_assert_num_queries):
        with django_assert_num_queries(3):
            told = api.get(SCHEDULE).json()
        assert (told["schedule"], told["own_minimum"], told["chosen_at"]) == ("monthly", False, None)
        assert told["coming"][0] == {"closes_on": "2026-02-28", "pay_date": "2026-03-16"}
        assert len(told["coming"]) == 4

    def test_is_chosen_with_a_minimum_of_one_s_own(self, api):
        told = put(api).json()
        assert told == api.get(SCHEDULE).json()
        assert (told["schedule"], told["minimum"], told["own_minimum"]) == ("weekly", WISH["minimum"], True)
        less = put(api, minimum=None).json()
        assert (less["own_minimum"], less["minimum"]["amount"] < 10_000) == (False, True)

    def test_has_no_coming_days_where_one_asks_oneself(self, api):
        assert put(api, schedule="on_demand").json()["coming"] == []

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"minimum": {"amount": 1, "currency": "EUR"}}, 422, "minimum"),
            ({"minimum": {"amount": 2**70, "currency": "EUR"}}, 422, "minimum"),
            ({"minimum": {"amount": 10_000, "currency": "USD"}}, 400, "invalid"),
            ({"minimum": "left out"}, 400, "invalid"),
            ({"schedule": "daily"}, 400, "invalid"),
        ],
        ids=["little", "huge", "currency", "no-minimum", "daily"],
    )
    def test_refuses_what_the_terms_do_not_allow(self, api, change, status, code):
        answer = put(api, **change)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["errors"]
        assert not PayoutPreference.objects.exists()

    def test_is_empty_where_payouts_are_closed(self, client):
        api = Api(client, CreatorFactory(country="KP"))
        told = api.get(SCHEDULE).json()
        assert (told["schedule"], told["minimum"], told["offered"], told["coming"]) == (None, None, [], [])
        assert put(api).json()["code"] == "no_terms"

    def test_is_for_creators(self, client):
        assert Api(client, UserFactory()).get(SCHEDULE).json()["code"] == "not_a_creator"


class TestMessages:
    def asked(self, creator):
        payout = requested_payout(creator)
        ask(payout_id=payout.pk, version=payout.version, actor=reviewer(), reason="Who is Max?", at=NOW)
        return payout, f"{PAYOUTS}{payout.pk}/messages/"

    def test_are_answered_once(self, api, django_assert_num_queries):
        payout, path = self.asked(api.person)
        with django_assert_num_queries(3):
            [question] = api.get(path).json()["results"]
        assert (question["kind"], question["text"]) == ("question", "Who is Max?")
        given = [api.post(f"{path}{question['id']}/answer/", {"text": "My brother."}) for _ in range(2)]
        assert [answer.status_code for answer in given] == [201, 201]
        assert given[0].json()["answers"] == question["id"]
        other = api.post(f"{path}{question['id']}/answer/", {"text": "My uncle."}, key="b")
        assert (other.status_code, other.json()["code"]) == (409, "already_answered")
        payout.refresh_from_db()
        assert payout.state == State.IN_REVIEW
        assert len(api.get(path).json()["results"]) == 2

    def test_are_nobody_else_s(self, api):
        payout, path = self.asked(CreatorFactory())
        question = payout.messages.get()
        assert api.get(path).status_code == 404
        assert api.post(f"{path}{question.pk}/answer/", {"text": "Me."}).status_code == 404
        payout.refresh_from_db()
        assert payout.state == State.ON_HOLD


class TestClawbacks:
    PATH = "/api/v1/clawbacks/"

    def test_are_told_with_what_is_owed(self, api, django_assert_num_queries):
        payout = paid_payout(creator=api.person)
        for number in (1, 2):
            clawed(payout, diamonds=1_000_000)
            with django_assert_num_queries(3):
                rows = api.get(self.PATH).json()["results"]
            assert len(rows) == number
        assert (rows[0]["cause"], rows[0]["payout"]) == ("payout", str(payout.pk))
        assert Decimal(rows[0]["taken"]) + Decimal(rows[0]["owed"]) == Decimal(rows[0]["diamonds"])

    def test_are_nobody_else_s(self, api):
        clawed(paid_payout())
        assert api.get(self.PATH).json()["results"] == []
