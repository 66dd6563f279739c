import time_machine
from django.test import Client

from tests.factories.keys import issue_key
from tests.factories.people import UserFactory

NOON = "2026-03-10T12:00:20Z"
WALLET = "/api/v1/wallet/"


def asking(person):
    headers = {"Authorization": f"Bearer {issue_key(user=person, scopes=['wallet:read'])}"}
    return lambda path=WALLET: Client().get(path, headers=headers)


class TestMinuteLimit:
    def test_tells_what_is_left_and_when_to_ask_again(self, db, settings):
        settings.API_REQUESTS_A_MINUTE = 2
        ask = asking(UserFactory())
        with time_machine.travel(NOON, tick=False):
            answers = [ask(), ask("/api/v1/gifts/"), ask(), ask()]
        assert [answer.status_code for answer in answers] == [200, 403, 429, 429]
        assert [answer.headers.get("RateLimit") for answer in answers] == [
            '"minute";r=1;t=40',
            '"minute";r=0;t=40',
            '"minute";r=0;t=40',
            '"minute";r=0;t=40',
        ]
        assert answers[3].headers["RateLimit-Policy"] == '"minute";q=2;w=60'
        assert answers[3].headers["Retry-After"] == "40"
        assert answers[3].json()["code"] == "throttled"

    def test_counts_those_without_a_key_by_their_address(self, db, settings):
        settings.API_REQUESTS_A_MINUTE = 2
        with time_machine.travel(NOON, tick=False):
            answers = [
                Client(REMOTE_ADDR=address).get(
                    WALLET, headers={"Authorization": key, "X-Forwarded-For": key}
                )
                for address, key in (("1.2.3.4", ""), ("1.2.3.4", "Bearer no"), ("1.2.3.4", ""), ("::1", ""))
            ]
        assert [answer.status_code for answer in answers] == [401, 401, 429, 401]
        left = [answer.headers["RateLimit"].partition(";")[2] for answer in answers]
        assert left == ["r=1;t=40", "r=0;t=40", "r=0;t=40", "r=1;t=40"]
        assert "WWW-Authenticate" in answers[0].headers

    def test_begins_anew_with_the_minute(self, db, settings):
        settings.API_REQUESTS_A_MINUTE = 1
        ask = asking(UserFactory())
        with time_machine.travel(NOON, tick=False) as clock:
            assert ask().status_code == 200
            assert ask().status_code == 429
            clock.shift(40)
            assert ask().status_code == 200

    def test_counts_each_key_apart(self, db, settings):
        settings.API_REQUESTS_A_MINUTE = 1
        viewer = UserFactory()
        with time_machine.travel(NOON, tick=False):
            assert [asking(viewer)().status_code for _ in range(2)] == [200, 200]

    def test_counts_a_session_by_its_person(self, client, db, settings):
        settings.API_REQUESTS_A_MINUTE = 1
        client.force_login(UserFactory())
        with time_machine.travel(NOON, tick=False):
            answers = [client.get(WALLET) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 429]
        assert answers[0].headers["RateLimit"] == '"minute";r=0;t=40'

    def test_tells_nothing_on_pages(self, client, db):
        assert "RateLimit" not in client.get("/").headers
