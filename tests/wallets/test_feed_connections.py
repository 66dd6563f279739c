"""The feed's addresses, overlays that listen, and what it does in trouble."""

import socket
import threading
import time

import pytest
from django.db import connection
from django.utils import timezone

from tests.concurrency.threads import PATIENCE
from tests.factories.gifts import gift_from
from tests.factories.people import CreatorFactory, UserFactory
from tests.feed import running_feed
from wallets.feed import reader, server, tickets
from wallets.models import Overlay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def creator():
    return CreatorFactory(handle="lumi")


@pytest.fixture
def mara():
    return UserFactory()


@pytest.fixture
def feed(creator):
    with running_feed() as site:
        yield site


def send(viewer, creator):
    return gift_from(viewer, creator, at=timezone.now())


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/feed/?ticket=made-up", 403),
            ("/feed/", 403),
            ("/c/nobody/events/", 404),
            (f"/overlay/{'x' * 43}/events/", 404),
            ("/overlay/short/events/", 404),
            ("/", 404),
        ],
    )
    def test_answer_with_a_word(self, feed, path, status):
        ear = feed.open(path)
        assert (ear.answer.status, ear.answer.headers["Content-Type"]) == (
            status,
            "text/plain; charset=utf-8",
        )
        assert ear.answer.read()

    def test_take_no_ticket_of_long_ago(self, feed, creator, monkeypatch):
        monkeypatch.setattr(tickets, "SECONDS", -1)
        assert feed.listen(creator).answer.status == 403

    def test_let_no_other_site_listen(self, feed, creator, settings):
        settings.SITE_URL = "https://portal.example"
        for origin, allowed in (
            ("https://portal.example", "https://portal.example"),
            ("https://portal.example.evil", None),
            ("null", None),
        ):
            headers = feed.open("/c/lumi/events/", origin=origin).answer.headers
            assert headers["Access-Control-Allow-Origin"] == allowed

    @pytest.mark.parametrize(
        "last", ["x", "1:0:", "5:3:", "0:1:", "3:9:12", "1:2:3:4", "9" * 5000, "1:2:1,,"]
    )
    def test_start_now_after_a_position_that_makes_no_sense(self, feed, creator, mara, last):
        send(mara, creator)
        ear = feed.listen(creator, last=last)
        assert ear.next("state").data == {"stream": None}
        new = send(mara, creator)
        assert ear.gifts(1) == [str(new.pk)]


class TestDirectly:
    def test_serves_what_a_balancer_routes_here(self, feed, creator, mara):
        ear = feed.open("/c/LuMi/events/")
        ear.next("state")
        gift = send(mara, creator)
        assert ear.gifts(1) == [str(gift.pk)]
        assert feed.open("/healthz").answer.read() == b"ok"


class TestOverlay:
    @pytest.fixture
    def overlay(self, creator):
        digest = tickets.digest("x" * 43)
        return Overlay.objects.create(creator=creator, digest=digest, saved_at=timezone.now())

    def test_hears_until_its_address_is_revoked(self, feed, creator, mara, overlay):
        ear, page = feed.open(f"/overlay/{'x' * 43}/events/"), feed.listen(creator)
        ear.next("state")
        page.next("state")
        Overlay.objects.update(digest="")
        assert ear.is_over()
        gift = send(mara, creator)
        assert page.gifts(1) == [str(gift.pk)]
        assert feed.listen(creator, overlay=overlay.digest).answer.status == 404

    def test_hears_with_an_address_that_was_just_renewed(self, feed, creator, mara, overlay):
        feed.listen(creator).next("state")
        Overlay.objects.update(digest=tickets.digest("y" * 43))
        assert feed.listen(creator, overlay=tickets.digest("y" * 43)).next("state")

    def test_leaves_no_channel_behind_where_its_address_is_not_the_overlay_s(self, feed, creator, overlay):
        assert feed.listen(creator, overlay=tickets.digest("y" * 43)).answer.status == 404
        assert not feed.reader.channels

    def test_leaves_no_channel_behind_where_its_address_can_not_be_looked_up(
        self, feed, creator, overlay, monkeypatch
    ):
        begin = reader.Reader._begin

        async def begin_once(self, creator_id, *, keep=True):
            if not keep:
                raise OSError
            return await begin(self, creator_id)

        monkeypatch.setattr(reader.Reader, "_begin", begin_once)
        assert feed.listen(creator, overlay=tickets.digest("y" * 43)).answer.status == 503
        assert not feed.reader.channels

    def test_is_told_of_new_settings_and_samples(self, feed, creator, overlay):
        ear = feed.listen(creator, overlay=overlay.digest)
        ear.next("state")
        Overlay.objects.update(saved_at=timezone.now())
        ear.next("settings")
        Overlay.objects.update(tested_at=timezone.now())
        ear.next("sample")


class TestTroubles:
    def test_reads_what_was_missed_while_the_database_was_away(self, feed, creator, mara, monkeypatch):
        monkeypatch.setattr(reader, "PAUSE_AFTER_FAULT", 0.2)
        ear = feed.listen(creator)
        ear.next("state")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'feed' AND datname = current_database()"
            )
            assert cursor.fetchall()
        gift = send(mara, creator)
        assert ear.gifts(1) == [str(gift.pk)]
        assert feed.listen(creator, last=ear.last).next("state")

    def test_goes_on_after_a_look_that_failed(self, feed, creator, mara, monkeypatch):
        """As one whose rows are not what the reader expects."""
        monkeypatch.setattr(reader, "PAUSE_AFTER_FAULT", 0.2)
        ear, look, failed = feed.listen(creator), reader.Reader.look, threading.Event()
        ear.next("state")

        async def fail_once(self) -> None:
            if failed.is_set():
                await look(self)
            else:
                failed.set()
                raise KeyError("stream")

        monkeypatch.setattr(reader.Reader, "look", fail_once)
        assert failed.wait(PATIENCE)
        gift = send(mara, creator)
        assert ear.gifts(1) == [str(gift.pk)]
        assert feed.open("/healthz").answer.status == 200

    def test_says_that_it_is_ill_when_nothing_is_read_any_more(self, feed):
        assert feed.open("/healthz").answer.read() == b"ok"
        feed.loop.call_soon_threadsafe(feed.server.config.app._reading.cancel)
        deadline = time.monotonic() + PATIENCE
        while (answer := feed.open("/healthz").answer).status == 200:
            answer.read()
            assert time.monotonic() < deadline
        assert (answer.status, answer.read()) == (503, b"Nothing is read any more.")

    def test_lets_go_of_who_falls_behind(self, feed, creator, mara, monkeypatch):
        monkeypatch.setattr(server, "PATIENCE", 0.2)
        deaf, ear = socket.create_connection(("127.0.0.1", feed.port)), feed.listen(creator)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        deaf.sendall(b"GET /c/lumi/events/ HTTP/1.1\r\nHost: feed\r\n\r\n")
        ear.next("state")
        channel = feed.reader.channels[creator.pk]
        deadline = time.monotonic() + PATIENCE
        while len(channel.listeners) < 2:
            assert time.monotonic() < deadline
        while len(channel.listeners) == 2:
            assert time.monotonic() < deadline
            feed.loop.call_soon_threadsafe(channel.say, b":" + b"x" * 100_000 + b"\n\n")
            time.sleep(0.05)
        gift = send(mara, creator)
        assert ear.gifts(1) == [str(gift.pk)]
        deaf.close()
