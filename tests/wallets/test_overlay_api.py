"""The overlay for streaming software, by programs."""

import pytest
import time_machine

from portal.models import StoredAnswer
from tests.factories.gifts import NOW
from tests.factories.people import CreatorFactory, UserFactory
from tests.wallets.test_gift_api import Caller
from wallets.models import Overlay

pytestmark = pytest.mark.django_db
OVERLAY = "/api/v1/overlay/"
DEFAULTS = {
    "shows_alerts": True,
    "position": "top",
    "smallest_gift": 1,
    "seconds": 5,
    "sound": False,
    "shows_goal": True,
    "shows_leaderboard": False,
    "address_made_at": None,
}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def caller(client):
    return Caller(client, CreatorFactory(), ("streams:read", "streams:write"))


def patch(caller, **facts):
    return caller.client.patch(OVERLAY, facts, content_type="application/json", headers=caller.headers)


def post(caller, move, key="k"):
    return caller.client.post(f"{OVERLAY}{move}/", headers=caller.headers | {"Idempotency-Key": key})


class TestSettings:
    def test_are_those_of_a_new_overlay_before_any_were_saved(self, caller, django_assert_num_queries):
        with django_assert_num_queries(2):
            assert caller.get(OVERLAY).json() == DEFAULTS
        assert not Overlay.objects.exists()

    def test_change_where_something_is_said(self, caller):
        patch(caller, seconds=9)
        told = patch(caller, position="bottom-left", sound=True).json()
        assert told == DEFAULTS | {"seconds": 9, "position": "bottom-left", "sound": True}
        assert caller.get(OVERLAY).json() == told

    @pytest.mark.parametrize(
        "facts",
        [{"seconds": 1}, {"smallest_gift": 2**70}, {"position": "middle"}, {"digest": "x"}, {"sound": None}],
        ids=["seconds", "huge", "middle", "secret", "null"],
    )
    def test_refuse_what_makes_no_sense(self, caller, facts):
        answer = patch(caller, **facts)
        assert (answer.status_code, [*answer.json()["errors"]]) == (400, [*facts])
        assert not Overlay.objects.exists()

    def test_are_for_creators(self, client):
        caller = Caller(client, UserFactory(), ("streams:read", "streams:write"))
        answers = [caller.get(OVERLAY), patch(caller, seconds=9), post(caller, "renew")]
        assert {(each.status_code, each.json()["code"]) for each in answers} == {(403, "not_a_creator")}


class TestAddress:
    def test_is_shown_once_and_kept_nowhere(self, caller):
        answer = post(caller, "renew")
        address = answer.json()["address"]
        assert (answer.status_code, caller.client.get(address).status_code) == (201, 200)
        token = address.strip("/").split("/")[-1]
        assert token not in str([*Overlay.objects.values(), *StoredAnswer.objects.values()])
        assert token not in caller.get(OVERLAY).content.decode()
        assert caller.get(OVERLAY).json()["address_made_at"] == "2026-03-10T12:00:00Z"

    def test_ends_with_the_next_one(self, caller):
        first, second = (post(caller, "renew").json()["address"] for _ in range(2))
        assert [caller.client.get(each).status_code for each in (first, second)] == [404, 200]

    def test_ends_when_it_is_revoked(self, caller):
        address = post(caller, "renew").json()["address"]
        assert [post(caller, "revoke", key).status_code for key in "ab"] == [204, 204]
        assert caller.client.get(address).status_code == 404
        assert caller.get(OVERLAY).json() == DEFAULTS

    def test_asks_open_overlays_for_a_sample(self, caller):
        post(caller, "renew")
        assert post(caller, "sample").status_code == 204
        assert Overlay.objects.get().tested_at == NOW
