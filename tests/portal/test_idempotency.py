import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from ledger import queries
from ledger.chart import VIEWER_COINS
from portal.api import idempotency
from portal.models import StoredAnswer
from portal.operations import answers
from portal.tasks import forget_answers
from tests.factories.gifts import give_coins
from tests.factories.keys import issue_key
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Gift, Stream

pytestmark = pytest.mark.django_db
TIPS, GIFTS, STREAMS = "/api/v1/tips/", "/api/v1/gifts/", "/api/v1/streams/"
SCOPES = ("gifts:read", "gifts:write", "streams:write")


class Program:
    def __init__(self, person, scopes=SCOPES) -> None:
        self.person, self.client = person, Client()
        self.headers = {"Authorization": f"Bearer {issue_key(user=person, scopes=scopes)}"}

    def post(self, path, body, key="k"):
        headers = self.headers | ({"Idempotency-Key": key} if key is not None else {})
        return self.client.post(path, body, headers=headers, content_type="application/json")

    def coins(self) -> int:
        return queries.balance(VIEWER_COINS.of(self.person.pk))


@pytest.fixture
def program():
    UserFactory(handle="mara"), CreatorFactory(handle="lumi")
    sender = UserFactory()
    give_coins(sender, 1_000)
    return Program(sender)


TIP = {"recipient": "mara", "coins": 10}


class TestTheSameRequest:
    def test_is_answered_the_same_to_the_byte(self, program):
        first, second = program.post(TIPS, TIP), program.post(TIPS, TIP)
        assert (first.status_code, first.headers.get("Idempotent-Replayed")) == (201, None)
        assert (second.status_code, second.headers["Idempotent-Replayed"]) == (201, "true")
        assert second.content == first.content
        assert second.headers["Content-Type"] == first.headers["Content-Type"]
        assert program.coins() == 990

    def test_is_answered_as_it_was_whatever_came_after(self, program):
        first = program.post(TIPS, TIP)
        program.person.display_name = "Somebody else"
        program.person.save()
        assert program.post(TIPS, TIP).content == first.content

    def test_is_judged_anew_where_a_rule_refused_it(self, program):
        program.post(TIPS, TIP | {"coins": 995}, key="before")
        first = program.post(TIPS, TIP)
        assert (first.json()["code"], program.coins()) == ("insufficient_coins", 5)
        give_coins(program.person, 5)
        second = program.post(TIPS, TIP)
        assert (second.status_code, second.headers.get("Idempotent-Replayed")) == (201, None)
        assert program.post(TIPS, TIP).content == second.content
        assert program.coins() == 0

    def test_may_be_mended_where_it_was_no_request_yet(self, program):
        assert program.post(TIPS, {"recipient": "mara"}).status_code == 400
        assert program.post(TIPS, TIP).status_code == 201
        assert program.coins() == 990

    def test_begins_anew_after_a_fault_of_ours(self, program, monkeypatch):
        program.client.raise_request_exception = False
        with monkeypatch.context() as patch:
            patch.setattr("wallets.api.tips.send_tip", lambda **facts: 1 / 0)
            assert program.post(TIPS, TIP).status_code == 500
        assert not StoredAnswer.objects.exists()
        answer = program.post(TIPS, TIP)
        assert (answer.status_code, answer.headers.get("Idempotent-Replayed")) == (201, None)

    def test_of_another_key_of_theirs_needs_the_scope_all_the_same(self, program):
        program.post(TIPS, TIP)
        assert Program(program.person, ["gifts:read"]).post(TIPS, TIP).status_code == 403

    def test_of_somebody_else_is_another(self, program):
        other = Program(UserFactory())
        give_coins(other.person, 100)
        assert program.post(TIPS, TIP).json()["id"] != other.post(TIPS, TIP).json()["id"]
        assert other.coins() == 90

    def test_rests_encrypted(self, program):
        sender = program.post(TIPS, TIP).json()["sender"]
        stored = StoredAnswer.objects.extra(select={"raw": "body"}).get()
        assert sender in stored.body
        assert sender not in stored.raw


class TestAnotherRequest:
    @pytest.mark.parametrize(
        ("path", "body"), [(TIPS, TIP | {"coins": 11}), (STREAMS, TIP)], ids=["body", "address"]
    )
    def test_with_the_same_key_is_refused(self, program, path, body):
        program.post(TIPS, TIP)
        before = queries.platform_balances()
        answer = program.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")
        assert (program.coins(), queries.platform_balances()) == (990, before)
        assert not Stream.objects.exists()

    @pytest.mark.parametrize(
        ("path", "body", "status"),
        [(STREAMS, {"nothing": 1}, 400), (TIPS, TIP | {"coins": 1_001}, 422)],
        ids=["invalid", "refused"],
    )
    def test_with_the_same_key_is_done_where_the_first_did_nothing(self, program, path, body, status):
        assert program.post(path, body).status_code == status
        assert program.post(TIPS, TIP).status_code == 201
        assert program.coins() == 990


class TestGifts:
    def test_are_told_from_their_own_row(self, program):
        gift = {"creator": "lumi", "gift_type": "kite"}
        first = program.post(GIFTS, gift)
        second = program.post(GIFTS, gift)
        assert first.json() == second.json()
        assert Gift.objects.count() == 1
        assert not StoredAnswer.objects.exists()


class TestClaims:
    """Of a process that died, or is slow."""

    def claim(self, program, at, key="api:k"):
        return answers.claim(person_id=program.person.pk, key=key, request="r", at=at)

    def test_keep_twins_waiting_for_a_while_only(self, program, monkeypatch):
        monkeypatch.setattr(idempotency, "PATIENCE_SECONDS", 0)
        program.post(TIPS, TIP)
        StoredAnswer.objects.update(status=None, body=None)
        answer = program.post(TIPS, TIP)
        assert (answer.status_code, answer.json()["code"]) == (409, "in_progress")
        assert answer.headers["Retry-After"] == "2"
        assert StoredAnswer.objects.get().turn == 1

    def test_pass_on_when_their_process_is_dead(self, program):
        program.post(TIPS, TIP)
        StoredAnswer.objects.update(status=None, body=None)
        with time_machine.travel(timezone.now() + answers.DEAD + dt.timedelta(seconds=1)):
            answer = program.post(TIPS, TIP)
        assert (answer.status_code, program.coins()) == (201, 990)
        assert StoredAnswer.objects.get().turn == 2

    def test_that_passed_on_keep_nothing(self, program):
        now = timezone.now()
        late, heir = self.claim(program, now), self.claim(program, now + answers.DEAD * 2)
        answers.keep(claim=late, status=201, headers={}, body="late")
        answers.free(claim=late)
        assert StoredAnswer.objects.get().status is None
        answers.keep(claim=heir, status=201, headers={}, body="heir")
        assert self.claim(program, now).body == "heir"

    def test_do_not_pass_on_to_another_request(self, program):
        now = timezone.now()
        self.claim(program, now)
        with pytest.raises(answers.KeyReused):
            answers.claim(
                person_id=program.person.pk, key="api:k", request="other", at=now + answers.DEAD * 2
            )


class TestForgetAnswers:
    def test_deletes_them_after_a_day(self, program):
        program.post(TIPS, TIP)
        forget_answers()
        assert StoredAnswer.objects.exists()
        with time_machine.travel(timezone.now() + answers.KEPT):
            forget_answers()
            assert not StoredAnswer.objects.exists()
            assert program.post(TIPS, TIP).status_code == 201  # the operation knows the key still
        assert program.coins() == 990
