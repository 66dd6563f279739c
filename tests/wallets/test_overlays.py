"""The overlay for streaming software: its secret address, its settings, and what a log may tell of it."""

import logging
import re

import pytest
from django.urls import reverse

from portal.logs import hide_tokens
from tests.factories.gifts import NOW
from tests.factories.people import CreatorFactory, UserFactory
from wallets.feed import tickets
from wallets.models import Overlay
from wallets.operations.overlays import ask_for_sample, renew_address, revoke_address, save_overlay
from wallets.operations.streams import NoCreatorPage
from wallets.queries.overlays import overlay_of_token

pytestmark = pytest.mark.django_db
SETTINGS = "/studio/overlay/"
CHOICES = {
    "shows_alerts": "on",
    "shows_goal": "on",
    "position": "bottom-left",
    "smallest_gift": "10",
    "seconds": "7",
}


@pytest.fixture
def creator(client):
    person = CreatorFactory(handle="lumi")
    client.force_login(person)
    return person


class TestAddress:
    def test_is_kept_as_a_digest_alone(self, creator):
        token = renew_address(creator=creator, at=NOW)
        assert len(token) >= 43
        assert overlay_of_token(token).creator == creator
        assert token not in str(Overlay.objects.values())

    def test_ends_with_the_next_one(self, creator):
        first, second = (renew_address(creator=creator, at=NOW) for _ in range(2))
        assert overlay_of_token(first) is None
        assert overlay_of_token(second)

    def test_ends_when_it_is_revoked_and_settings_stay(self, creator):
        save_overlay(creator=creator, at=NOW, seconds=9)
        token = renew_address(creator=creator, at=NOW)
        for _ in range(2):
            revoke_address(creator=creator, at=NOW)
        assert overlay_of_token(token) is None
        assert overlay_of_token("") is None
        assert Overlay.objects.get().seconds == 9

    def test_is_for_creators(self):
        with pytest.raises(NoCreatorPage):
            renew_address(creator=UserFactory(), at=NOW)

    def test_asks_open_overlays_for_a_sample(self, creator):
        renew_address(creator=creator, at=NOW)
        ask_for_sample(creator=creator, at=NOW)
        assert Overlay.objects.get().tested_at == NOW


class TestSettings:
    def test_show_a_new_address_once(self, client, creator):
        shown = client.post(reverse("wallets:renew_overlay")).content.decode()
        address = re.search(r"data-address>(http://testserver/overlay/[\w-]+/)<", shown).group(1)
        assert client.get(address).status_code == 200
        assert address not in client.get(SETTINGS).content.decode()
        client.post(reverse("wallets:revoke_overlay"))
        assert client.get(address).status_code == 404

    def test_are_kept(self, client, creator, django_assert_num_queries):
        assert client.post(SETTINGS, CHOICES).status_code == 302
        overlay = Overlay.objects.get()
        assert (overlay.position, overlay.smallest_gift, overlay.seconds) == ("bottom-left", 10, 7)
        assert (overlay.shows_alerts, overlay.shows_leaderboard, overlay.sound) == (True, False, False)
        with django_assert_num_queries(4):
            client.get(SETTINGS)

    @pytest.mark.parametrize(
        ("name", "value"),
        [("seconds", "1"), ("seconds", "x"), ("smallest_gift", "0"), ("position", "middle")],
    )
    def test_refuse_what_makes_no_sense(self, client, creator, name, value):
        assert client.post(SETTINGS, CHOICES | {name: value}).status_code == 422
        assert not Overlay.objects.exists()

    def test_are_for_creators(self, client):
        client.force_login(UserFactory())
        assert client.get(SETTINGS).headers["Location"].endswith("#creator")
        assert client.post(reverse("wallets:renew_overlay")).status_code == 404

    @pytest.mark.parametrize("name", ["renew_overlay", "revoke_overlay", "overlay_sample"])
    def test_change_nothing_by_a_look(self, client, creator, name):
        assert client.get(reverse(f"wallets:{name}")).status_code == 405


class TestOverlayPage:
    @pytest.fixture
    def address(self, creator, client) -> str:
        token = renew_address(creator=creator, at=NOW)
        client.logout()
        return f"/overlay/{token}/"

    def test_shows_the_parts_that_were_chosen(self, client, creator, address):
        save_overlay(creator=creator, at=NOW, shows_goal=False, shows_leaderboard=True, sound=True)
        page = client.get(address).content.decode()
        assert "data-alerts" in page
        assert "data-leaders" in page
        assert "data-sound" in page
        assert "data-goal " not in page

    def test_tells_nobody_its_address(self, client, address):
        answer = client.get(address)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "<nav" not in answer.content.decode()

    def test_takes_one_query(self, client, address, django_assert_num_queries):
        with django_assert_num_queries(1):
            client.get(address)

    def test_sends_its_listener_to_the_feed_without_its_token(self, client, creator, address, settings):
        settings.FEED_URL = "https://feed.example"
        answer = client.get(address + "events/", headers={"Last-Event-ID": "5:5:"})
        location = answer.headers["Location"]
        assert answer.status_code == 307
        assert location.startswith("https://feed.example/feed/?ticket=")
        assert location.endswith("&last=5%3A5%3A")
        assert address.split("/")[2] not in location
        ticket = tickets.read(re.search(r"ticket=([^&]+)", location).group(1).replace("%3A", ":"))
        assert (ticket.creator_id, ticket.overlay) == (creator.pk, Overlay.objects.get().digest)

    def test_is_not_found_by_guessing(self, client, creator):
        save_overlay(creator=creator, at=NOW)
        for token in ("x" * 43, "x", "-"):
            assert client.get(f"/overlay/{token}/").status_code == 404
            assert client.get(f"/overlay/{token}/events/").status_code == 404


class TestCreatorEvents:
    def test_lead_to_the_feed_beside_the_page(self, client, creator, settings):
        settings.FEED_URL, settings.FEED_PORT = "", 8003
        location = client.get("/c/LUMI/events/").headers["Location"]
        assert location.startswith("http://testserver:8003/feed/?ticket=")
        ticket = tickets.read(location.partition("ticket=")[2].replace("%3A", ":"))
        assert (ticket.creator_id, ticket.viewer) == (creator.pk, creator.pk.hex)

    def test_say_so_where_no_feed_runs(self, client, creator, settings):
        settings.FEED_URL, settings.FEED_PORT = "", 0
        assert client.get("/c/lumi/events/").status_code == 503
        assert 'data-feed=""' in client.get("/c/lumi/").content.decode()

    def test_are_not_there_for_strangers(self, client, settings):
        assert client.get("/c/nobody/events/").status_code == 404


class TestHideTokens:
    def test_writes_no_address_of_an_overlay_into_a_log(self):
        event = {"event": "Not Found: /overlay/abc-DEF_1/", "request": "GET /overlay/abc/events/", "code": 4}
        assert hide_tokens(None, "info", event) == {
            "event": "Not Found: /overlay/…/",
            "request": "GET /overlay/…/events/",
            "code": 4,
        }

    def test_is_told_by_no_log_but_the_one_that_hides_it(self):
        assert logging.getLogger("django").handlers == []
        assert logging.getLogger("django.request").handlers == []

    def test_is_part_of_every_log(self, settings):
        formatter = settings.LOGGING["formatters"]["plain"]
        assert hide_tokens in formatter["foreign_pre_chain"]
