"""Twins: the same request with the same key, at the same moment."""

import threading

import pytest
from django.test import Client
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api import idempotency
from portal.models import StoredAnswer
from tests.concurrency.threads import PATIENCE, race
from tests.factories.keys import issue_key
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
TWINS = 6
runs, gate = [], threading.Event()


class CountedView(APIView):
    scope = "gifts"

    def post(self, request) -> Response:
        """Whoever comes in is seen, and held up until the test says so."""
        runs.append(threading.get_ident())
        gate.wait(PATIENCE)
        return Response({"run": len(runs)}, status=201, headers={"Location": "/there/"})


urlpatterns = [path("api/v1/counted/", CountedView.as_view())]


@pytest.fixture
def ask(settings):
    runs.clear()
    gate.clear()
    key = issue_key(user=UserFactory(), scopes=["gifts:write"])
    settings.ROOT_URLCONF = __name__
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "twin"}
    return lambda: Client().post("/api/v1/counted/", {}, content_type="application/json", headers=headers)


class TestTwins:
    def test_wait_for_the_one_that_works_and_get_its_answer(self, ask):
        def work(number: int):
            if number == 0:  # it opens the gate once somebody holds the claim and works
                while not runs:
                    threading.Event().wait(0.01)
                gate.set()
                return None
            return ask()

        told = race(work, TWINS + 1)[1:]
        assert {answer.status_code for answer in told} == {201}, told
        assert {answer.content for answer in told} == {b'{"run":1}'}
        assert {answer.headers["Location"] for answer in told} == {"/there/"}
        assert [answer.headers.get("Idempotent-Replayed") for answer in told].count("true") == TWINS - 1
        assert len(runs) == 1

    def test_are_told_to_come_back_when_it_takes_long(self, ask, monkeypatch):
        monkeypatch.setattr(idempotency, "PATIENCE_SECONDS", 0.1)
        done = []

        def work(number: int):
            answer = ask()
            done.append(answer.status_code)
            if len(done) == TWINS - 1:
                gate.set()
            return answer

        told = race(work, TWINS)
        assert sorted(answer.status_code for answer in told) == [201] + [409] * (TWINS - 1)
        assert {a.json()["code"] for a in told if a.status_code == 409} == {"in_progress"}
        assert (len(runs), StoredAnswer.objects.get().status) == (1, 201)

    def test_would_all_work_if_none_claimed(self, ask, monkeypatch):
        """The control."""
        monkeypatch.setattr(idempotency.Once, "allow_request", lambda *arguments: True)
        gate.set()
        race(lambda number: ask(), TWINS)
        assert len(runs) == TWINS
