"""The studio's pages of streams, the API's, and the badge of who is live."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from tests.factories.gifts import NOW
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.streams import gift_to, stream_by
from wallets.models import Stream
from wallets.operations.streams import end_stream

pytestmark = pytest.mark.django_db
LIVE = "/studio/live/"


@pytest.fixture
def creator(client):
    person = CreatorFactory(display_name="Lumi Aalto", handle="lumi")
    client.force_login(person)
    return person


def wish(**facts) -> dict:
    return {
        "title": "Songs",
        "goal": "",
        "goal_unit": "DIAMOND",
        "goal_words": "",
        "key": uuid.uuid4(),
    } | facts


class TestLivePage:
    def test_starts_a_stream_and_shows_it(self, client, creator):
        assert "Go live" in client.get(LIVE).content.decode()
        answer = client.post(LIVE, wish(goal="500", goal_words="A microphone"), follow=True)
        assert answer.redirect_chain == [(LIVE, 302)]
        shown = answer.content.decode()
        assert "You are live" in shown
        assert "500.00 diamonds" in shown
        assert Stream.objects.get().goal == 500_00

    def test_starts_one_for_a_form_that_was_sent_twice(self, client, creator):
        facts = wish()
        for _ in range(2):
            assert client.post(LIVE, facts).status_code == 302
        assert Stream.objects.count() == 1

    def test_shows_the_open_one_instead_of_a_second(self, client, creator):
        stream_by(creator, title="First")
        answer = client.post(LIVE, wish(title="Second"), follow=True)
        assert "First" in answer.content.decode()
        assert Stream.objects.count() == 1

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"title": ""}, "Say what this stream is about."),
            ({"title": "\u202e"}, "Say in 1 to 80 characters"),
            ({"goal": "0"}, "A goal is a whole number"),
            ({"goal": "many"}, "A goal is a whole number"),
            ({"goal_unit": "USD"}, "Select a valid choice"),
            ({"title": "x" * 81}, "at most 80 characters"),
        ],
    )
    def test_says_what_is_wrong(self, client, creator, facts, words):
        answer = client.post(LIVE, wish(**facts))
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not Stream.objects.exists()

    def test_lists_the_streams_of_before(self, client, creator, django_assert_num_queries):
        for number in range(22):
            past = stream_by(creator, title=f"Evening {number}")
            end_stream(creator=creator, stream_id=past.pk, at=NOW + dt.timedelta(hours=1))
        with django_assert_num_queries(5):
            first = client.get(LIVE).content.decode()
        assert "Evening 21" in first
        assert "Evening 1<" not in first
        assert "Evening 1<" in client.get(LIVE + "?page=2").content.decode()

    def test_is_for_creators(self, client):
        client.force_login(UserFactory())
        assert client.get(LIVE).headers["Location"].endswith("#creator")
        client.logout()
        assert "/login/" in client.get(LIVE).headers["Location"]


class TestEnd:
    def test_ends_it_and_shows_what_it_brought(self, client, creator, django_assert_num_queries):
        stream = stream_by(creator, goal=50_00, goal_unit="DIAMOND")
        gift_to(stream, UserFactory(display_name="Mara Vogt"), "lantern")
        answer = client.post(reverse("wallets:end_stream", args=[stream.pk]))
        assert answer.headers["Location"] == stream.get_absolute_url()
        with django_assert_num_queries(6):
            shown = client.get(stream.get_absolute_url()).content.decode()
        for words in ("Mara Vogt", "99.00 diamonds", "The goal was reached.", "best minute was"):
            assert words in shown
        assert client.post(reverse("wallets:end_stream", args=[stream.pk])).status_code == 302

    def test_does_not_know_those_of_others(self, client, creator):
        other = stream_by(CreatorFactory())
        assert client.post(reverse("wallets:end_stream", args=[other.pk])).status_code == 404
        assert client.get(other.get_absolute_url()).status_code == 404

    def test_wants_a_post(self, client, creator):
        assert client.get(reverse("wallets:end_stream", args=[stream_by(creator).pk])).status_code == 405


class TestBadge:
    def test_shows_who_is_live_first(self, client, django_assert_num_queries):
        lumi, later = CreatorFactory(), CreatorFactory()
        stream_by(lumi)
        with django_assert_num_queries(1):
            page = client.get("/").content.decode()
        assert page.index(lumi.display_name) < page.index(later.display_name)
        assert page.count("live-badge") == 1


class TestStreamsApi:
    def post(self, client, key: str = "a", **facts):
        return client.post(
            "/api/v1/streams/",
            {"title": "Songs"} | facts,
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    def test_goes_live_and_ends_it(self, client, creator):
        answer = self.post(client, goal="500.50", goal_words="A microphone")
        assert answer.status_code == 201, answer.content
        told = answer.json()
        assert (told["creator"], told["goal"], told["goal_unit"]) == ("lumi", "500.50", "DIAMOND")
        assert self.post(client, goal="500.50", goal_words="A microphone").json() == told
        address = f"/api/v1/streams/{told['id']}/"
        assert client.get(address).json()["ended_at"] is None
        ended = client.post(address + "end/").json()["ended_at"]
        assert ended
        assert client.post(address + "end/").json()["ended_at"] == ended

    def test_tells_why_not(self, client, creator):
        self.post(client)
        second = self.post(client, "b", title="More")
        assert (second.status_code, second.json()["code"]) == (409, "already_live")
        assert self.post(client, title="Other").json()["code"] == "idempotency_conflict"
        assert self.post(client, "c", goal="0.5").status_code == 400
        assert self.post(client, "d", goal="5.5", goal_unit="COIN").status_code == 400
        client.force_login(UserFactory())
        refused = self.post(client)
        assert (refused.status_code, refused.json()["code"]) == (422, "not_a_creator")

    def test_lists_who_is_live_and_ones_own(self, client, creator, django_assert_num_queries):
        past = stream_by(creator, title="Past")
        end_stream(creator=creator, stream_id=past.pk, at=NOW)
        for _ in range(3):
            stream_by(CreatorFactory(), title="Open")
        with django_assert_num_queries(3):
            live = client.get("/api/v1/streams/").json()["results"]
        assert [one["title"] for one in live] == ["Open"] * 3
        mine = client.get("/api/v1/streams/?whose=mine").json()["results"]
        assert [one["title"] for one in mine] == ["Past"]
        assert client.get("/api/v1/streams/?whose=x").status_code == 400

    def test_tells_viewers_of_one_also_when_it_has_ended(self, client, creator):
        other = stream_by(CreatorFactory())
        address = f"/api/v1/streams/{other.pk}/"
        assert client.get(address).json()["creator"] == other.creator.handle
        end_stream(creator=other.creator, stream_id=other.pk, at=NOW)
        assert client.get(address).json()["ended_at"]
        other.creator.is_active = False
        other.creator.save()
        assert client.get(address).status_code == 404

    def test_ends_none_of_others(self, client, creator):
        other = stream_by(CreatorFactory())
        assert client.post(f"/api/v1/streams/{other.pk}/end/").status_code == 404
        assert client.get(f"/api/v1/streams/{uuid.uuid4()}/").status_code == 404
