"""Goals and appeals by programs."""

import datetime as dt

import pytest
import time_machine

from partnerships.models import Appeal, IncomeGoal
from partnerships.operations.appeals import appeal, decide_appeal
from partnerships.operations.enrolments import suspend
from tests.factories.partnerships_programmes import MARCH, boss, enrol, make_programme
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
GOALS = "/api/v1/goals/"
GOAL = {"amount": 50_000, "currency": "EUR"}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(MARCH):
        yield


@pytest.fixture
def creator(client):
    creator = CreatorFactory()
    client.force_login(creator)
    return creator


def put(client, stream: str, goal):
    return client.put(f"{GOALS}{stream}/", {"goal": goal}, content_type="application/json")


class TestGoals:
    def test_are_set_and_taken_away(self, client, creator, django_assert_num_queries):
        put(client, "merch", GOAL)
        told = put(client, "gifts", GOAL).json()
        assert told == {
            "month": "2026-03",
            "goals": [{"stream": "gifts", "goal": GOAL}, {"stream": "merch", "goal": GOAL}],
        }
        with django_assert_num_queries(3):  # two of them find the session's person
            assert client.get(GOALS).json() == told
        left = put(client, "gifts", GOAL | {"amount": 0}).json()["goals"]
        assert [each["stream"] for each in left] == ["merch"]

    def test_refuse_what_is_no_goal(self, client, creator):
        for stream, goal, status in (
            ("gifts", GOAL | {"amount": -1}, 422),
            ("gifts", GOAL | {"amount": 2**63}, 422),
            ("gifts", GOAL | {"currency": "DIAMOND"}, 400),
            ("gifts", None, 400),
            ("lottery", GOAL, 404),
        ):
            assert put(client, stream, goal).status_code == status, (stream, goal)
        assert not IncomeGoal.objects.exists()
        client.force_login(UserFactory())
        assert put(client, "gifts", GOAL).json()["code"] == "not_a_creator"


class TestAppeals:
    def post(self, client, programme, text="It was television."):
        path = f"/api/v1/programmes/{programme.pk}/appeals/"
        return client.post(path, {"text": text}, content_type="application/json")

    def test_are_sent_once_and_answered(self, client, creator, django_assert_num_queries):
        staff = boss()
        programme = make_programme(staff)
        enrolment = enrol(programme, creator)
        assert self.post(client, programme).json()["code"] == "wrong_state"
        suspend(enrolment_id=enrolment.pk, actor=staff, reason="Bought views.", at=MARCH)
        first, again = self.post(client, programme), self.post(client, programme, "Really.")
        assert (first.status_code, again.json()) == (201, first.json())
        assert (first.json()["state"], first.json()["suspended_date"]) == ("open", "2026-03-10")
        made = Appeal.objects.get()
        later = MARCH + dt.timedelta(hours=1)
        decide_appeal(appeal_id=made.pk, actor=boss(), upheld=False, answer="It was not.", at=later)
        with django_assert_num_queries(4):  # two of them find the session's person
            [told] = client.get(f"/api/v1/programmes/{programme.pk}/appeals/").json()["results"]
        assert (told["state"], told["answer"]) == ("dismissed", "It was not.")
        assert self.post(client, programme).json()["code"] == "wrong_state"

    def test_need_words_and_a_part_in_it(self, client, creator):
        staff = boss()
        programme = make_programme(staff)
        theirs = enrol(programme)
        suspend(enrolment_id=theirs.pk, actor=staff, reason="Bought views.", at=MARCH)
        made = appeal(creator=theirs.creator, programme=programme, text="No.", at=MARCH)
        assert self.post(client, programme, " ").status_code == 400
        assert self.post(client, programme).status_code == 404
        assert client.get(f"/api/v1/programmes/{programme.pk}/appeals/").json()["results"] == []
        assert Appeal.objects.get() == made
