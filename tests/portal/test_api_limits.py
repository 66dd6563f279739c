import time_machine
from rest_framework.test import APIClient

from portal.api.authentication import issue_key
from tests.factories.people import UserFactory

NOON = "2026-03-10T12:00:20Z"


def client(person) -> APIClient:
    key = issue_key(user=person, name="test", scopes=["wallet:read"])
    return APIClient(headers={"Authorization": f"Bearer {key}"})


class TestMinuteLimit:
    def test_refuses_more_than_a_minute_holds_and_says_when_to_ask_again(self, db, settings):
        settings.API_REQUESTS_A_MINUTE = 2
        viewer = UserFactory()
        with time_machine.travel(NOON, tick=False):
            # Counted by person: a second key gives no more.
            answers = [client(viewer).get("/api/v1/wallet/") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].headers["Retry-After"] == "40"
        assert answers[2].json()["code"] == "throttled"

    def test_begins_anew_with_the_minute(self, db, settings):
        settings.API_REQUESTS_A_MINUTE = 1
        viewer = client(UserFactory())
        with time_machine.travel(NOON, tick=False) as clock:
            assert viewer.get("/api/v1/wallet/").status_code == 200
            assert viewer.get("/api/v1/wallet/").status_code == 429
            clock.shift(40)
            assert viewer.get("/api/v1/wallet/").status_code == 200

    def test_counts_each_person_apart(self, db, settings):
        settings.API_REQUESTS_A_MINUTE = 1
        with time_machine.travel(NOON, tick=False):
            assert [client(UserFactory()).get("/api/v1/wallet/").status_code for _ in range(2)] == [200, 200]
