"""One's own profile and notifications by programs."""

import datetime as dt

import pytest
from django.test import Client

from portal.models import Notice
from tests.factories.keys import issue_key
from tests.factories.notices import NOW, notice_of
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
PROFILE, NOTICES, CHOICES = "/api/v1/profile/", "/api/v1/notices/", "/api/v1/notice-choices/"
SCOPES = ("profile:read", "profile:write", "notices:read", "notices:write")


class Program:
    def __init__(self, person) -> None:
        self.person, self.client = person, Client()
        self.headers = {"Authorization": f"Bearer {issue_key(user=person, scopes=SCOPES)}"}
        Notice.objects.filter(person=person).delete()  # that of the key

    def ask(self, method: str, path: str, body: dict | None = None):
        options = {} if method == "get" else {"content_type": "application/json"}
        return getattr(self.client, method)(path, body, headers=self.headers, **options)


@pytest.fixture
def program():
    return Program(UserFactory(handle="mira", birth_date=None))


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


class TestProfile:
    def test_changes_what_it_is_told_to(self, program):
        before = program.ask("get", PROFILE).json()
        assert (before["handle"], before["email"], before["birth_date"]) == (
            "mira",
            program.person.email,
            None,
        )
        change = {"time_zone": "Asia/Tokyo", "base_currency": "JPY", "birth_date": "1990-05-17"}
        assert program.ask("patch", PROFILE, change).json() == before | change
        assert program.ask("get", PROFILE).json() == before | change

    @pytest.mark.parametrize(
        ("change", "status", "field"),
        [
            ({"handle": "taken"}, 422, "handle"),
            ({"handle": "MIRA"}, 400, "handle"),
            ({"country": "ZZ"}, 400, "country"),
            ({"country": ""}, 400, "country"),
            ({"time_zone": "Mars/Olympus"}, 400, "time_zone"),
            ({"language": "xx"}, 400, "language"),
            ({"base_currency": "COIN"}, 400, "base_currency"),
            ({"birth_date": "2999-01-01"}, 400, "birth_date"),
            ({"email": "other@example.test"}, 400, "email"),
            ({"is_creator": True}, 400, "is_creator"),
        ],
        ids=[
            "taken",
            "capitals",
            "nowhere",
            "country",
            "zone",
            "language",
            "coins",
            "unborn",
            "email",
            "rank",
        ],
    )
    def test_refuses_what_makes_no_sense(self, program, change, status, field):
        UserFactory(handle="taken")
        before = program.ask("get", PROFILE).json()
        answer = program.ask("patch", PROFILE, change)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
        assert program.ask("get", PROFILE).json() == before

    def test_keeps_a_date_of_birth(self, program):
        program.ask("patch", PROFILE, {"birth_date": "1990-05-17"})
        answer = program.ask("patch", PROFILE, {"birth_date": "1980-05-17"})
        assert refused(answer) == (422, "birth_date_kept")

    def test_becomes_a_creator_s_with_a_handle(self, program):
        assert program.ask("put", f"{PROFILE}creator/").json()["is_creator"] is True
        assert refused(program.ask("patch", PROFILE, {"handle": ""})) == (422, "handle_missing")
        nobody = Program(UserFactory(handle=""))
        assert refused(nobody.ask("put", f"{PROFILE}creator/")) == (422, "handle_missing")


class TestNotices:
    def test_are_told_in_their_reader_s_words_at_a_fixed_cost(self, django_assert_num_queries):
        program = Program(CreatorFactory(language="en-gb"))
        for number in (1, 2):
            notice_of(program.person, at=NOW + dt.timedelta(hours=number), url="/studio/payouts/")
            with django_assert_num_queries(2):
                rows = program.ask("get", NOTICES).json()["results"]
            assert len(rows) == number
        assert (rows[0]["kind"], rows[0]["page"], rows[0]["read_at"]) == (
            "payout_paid",
            "/studio/payouts/",
            None,
        )
        assert rows[0]["title"]
        assert rows[0]["next_step"]

    def test_are_read_one_by_one_and_together(self, program):
        first, second = (notice_of(program.person, at=NOW + dt.timedelta(hours=each)) for each in range(2))
        other = notice_of(UserFactory())
        read = [program.ask("post", f"{NOTICES}{first.pk}/read/").json()["read_at"] for _ in range(2)]
        assert read[0]
        assert read[0] == read[1]
        assert program.ask("post", f"{NOTICES}{other.pk}/read/").status_code == 404
        [left] = program.ask("get", f"{NOTICES}?unread=true").json()["results"]
        assert left["id"] == str(second.pk)
        assert program.ask("post", f"{NOTICES}read/", {"until": NOW.isoformat()}).json() == {"read": 0}
        until = NOW + dt.timedelta(hours=1)
        assert program.ask("post", f"{NOTICES}read/", {"until": until.isoformat()}).json() == {"read": 1}
        assert program.ask("get", f"{NOTICES}?unread=true").json()["results"] == []
        other.refresh_from_db()
        assert other.read_at is None


class TestChoices:
    def test_switch_mails_of_optional_kinds_alone(self):
        program = Program(CreatorFactory())
        kinds = {each["kind"]: each for each in program.ask("get", CHOICES).json()["kinds"]}
        assert kinds["payout_approved"] | {"optional": True, "mailed": True} == kinds["payout_approved"]
        optional = [kind for kind, each in kinds.items() if each["optional"]]
        wanted = [kind for kind in optional if kind != "payout_approved"]
        told = program.ask("put", CHOICES, {"mails": wanted}).json()
        assert [each["kind"] for each in told["kinds"] if not each["mailed"]] == ["payout_approved"]
        for unknown in ("payout_paid", "x"):
            assert refused(program.ask("put", CHOICES, {"mails": [unknown]})) == (400, "invalid")
        assert program.ask("get", CHOICES).json() == told
