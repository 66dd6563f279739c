"""The live page and the overlay in a real browser, with the feed as a server of its own."""

import re
import threading

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.walk import PHONE, Walk
from tests.factories.gifts import gift_from, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.streams import stream_by, taken_back
from tests.feed import running_feed
from tests.wallets.checkout_site import eventually
from wallets.feed import reader
from wallets.operations.overlays import ask_for_sample, renew_address, revoke_address, save_overlay
from wallets.operations.streams import end_stream

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def creator():
    return CreatorFactory(handle="lumi", display_name="Lumi Aalto")


@pytest.fixture
def mara():
    person = UserFactory(display_name="Mara Vogt")
    give_coins(person, 2_000)
    return person


@pytest.fixture
def feed(creator, settings, live_server):
    with running_feed() as site:
        address = f"http://localhost:{site.port}"
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | {"connect-src": ["'self'", address]}}
        settings.FEED_URL, settings.SITE_URL = address, live_server.url
        yield site


@pytest.fixture
def stream(creator):
    return stream_by(creator, at=timezone.now(), goal=200_00, goal_unit="DIAMOND", goal_words="New strings")


@pytest.fixture
def watcher(page: Page, live_server, feed) -> Page:
    page.goto(f"{live_server.url}/c/lumi/")
    listening(page)
    return page


def listening(page: Page) -> None:
    expect(page.locator("[data-listening=yes]")).to_be_attached()


def send(viewer, creator, slug="spark-tap", quantity=1, **facts):
    return gift_from(viewer, creator, slug, quantity, at=timezone.now(), **facts)


class TestLivePage:
    def test_shows_what_is_sent_in_another_browser_and_takes_it_back(
        self, stream, watcher, browser, live_server, login, mara
    ):
        other = browser.new_context(base_url=live_server.url, viewport=PHONE).new_page()
        login(other, mara)
        other.goto("/c/lumi/")
        other.get_by_text("Lantern").first.click()
        expect(other.locator("#preview")).to_contain_text("99 coins")
        other.get_by_role("button", name="Send", exact=True).click()
        for page in (watcher, other):
            expect(page.locator("#latest li").first).to_contain_text("Mara Vogt sent 1 × Lantern")
            expect(page.locator("[data-goal-figures]")).to_have_text("99.00 of 200.00 diamonds")
            expect(page.locator("[data-top]")).to_contain_text("Mara Vogt")
        expect(watcher.locator(".toast")).to_contain_text("Lantern")
        expect(watcher.locator("[data-aloud]")).to_contain_text("Mara Vogt sent 1 Lantern.")
        other.get_by_role("button", name=re.compile("Undo")).click()
        for page in (watcher, other):
            expect(page.locator("#latest")).not_to_contain_text("Lantern")
            expect(page.locator("[data-goal-figures]")).to_have_text("0.00 of 200.00 diamonds")
        other.context.close()

    def test_counts_the_taps_of_a_streak(self, stream, watcher, creator, mara):
        streak = "019a0000-0000-7000-8000-000000000001"
        for _ in range(3):
            send(mara, creator, streak_id=streak)
        expect(watcher.locator(".toast")).to_have_count(1)
        expect(watcher.locator(".toast-count")).to_have_text("×3")
        expect(watcher.locator("#latest li")).to_have_count(1)
        expect(watcher.locator("#latest li")).to_contain_text("sent 3 × Spark Tap")

    def test_plays_a_scene_for_a_large_gift(self, stream, watcher, creator, mara):
        send(mara, creator, "aurora")
        expect(watcher.locator(".grand-scene")).to_contain_text("Mara Vogt")
        expect(watcher.locator(".grand-scene")).to_have_css("animation-name", "curtain")
        expect(watcher.locator(".grand-scene")).to_have_count(0, timeout=10_000)

    def test_stands_still_for_those_who_want_no_motion(self, stream, watcher, creator, mara):
        watcher.emulate_media(reduced_motion="reduce")
        send(mara, creator, "aurora")
        expect(watcher.locator(".grand-scene")).to_be_visible()
        expect(watcher.locator(".grand-scene")).to_have_css("animation-name", "none")
        expect(watcher.locator(".grand-scene")).to_have_css("opacity", "1")

    def test_begins_and_ends_without_a_reload(self, watcher, creator):
        expect(watcher.locator("#stage")).to_be_hidden()
        stream = stream_by(creator, at=timezone.now(), title="Songs <b>by</b> request")
        expect(watcher.locator("#stage")).to_contain_text("Songs <b>by</b> request")
        expect(watcher.locator("#stage .live-badge")).to_be_visible()
        end_stream(creator=creator, stream_id=stream.pk, at=timezone.now())
        expect(watcher.locator("[data-over]")).to_contain_text("The stream has ended.")
        expect(watcher.locator("#stage .live-badge")).to_be_hidden()

    def test_writes_words_as_words(self, stream, watcher, creator):
        evil = UserFactory(display_name="<img src=x onerror=alert(1)>")
        send(evil, creator, message="<script>alert(2)</script>")
        expect(watcher.locator("#latest li bdi").first).to_have_text("<img src=x onerror=alert(1)>")
        expect(watcher.locator("#latest li q")).to_have_text("<script>alert(2)</script>")
        assert watcher.locator("#latest img, #latest script, #stage img").count() == 0

    def test_tells_what_came_while_the_connection_was_lost(self, stream, watcher, feed, creator, mara):
        send(mara, creator)
        expect(watcher.locator("#latest li")).to_have_count(1)
        watcher.evaluate("window.same = true")
        for channel in list(feed.reader.channels.values()):
            for listener in list(channel.listeners):
                feed.loop.call_soon_threadsafe(listener.end)
        send(mara, creator, "kite")
        send(mara, creator, "lantern")
        expect(watcher.locator("#latest li")).to_have_count(3, timeout=15_000)
        expect(watcher.locator("#latest li").first).to_contain_text("Lantern")
        assert watcher.evaluate("window.same")

    def test_asks_for_itself_where_no_feed_answers(self, page, live_server, creator, stream, settings, mara):
        settings.FEED_URL = "http://localhost:9"
        page.goto(f"{live_server.url}/c/lumi/")
        send(mara, creator)
        expect(page.locator("#latest li")).to_have_count(1, timeout=15_000)

    def test_gives_up_a_feed_that_hangs_and_returns_to_it(
        self, page, live_server, feed, creator, stream, mara, monkeypatch
    ):
        """It takes connections and says nothing, as a process that was stopped does."""
        monkeypatch.setattr(reader, "HEARTBEAT_EVERY", 0.5)
        page.goto(f"{live_server.url}/c/lumi/")
        listening(page)
        goes_on = threading.Event()
        feed.loop.call_soon_threadsafe(goes_on.wait, 60)
        try:
            expect(page.locator("[data-listening=yes]")).to_have_count(0)
            send(mara, creator, "kite")
            expect(page.locator("#latest li")).to_have_count(1, timeout=15_000)
        finally:
            goes_on.set()
        expect(page.locator("[data-listening=yes]")).to_be_attached(timeout=30_000)
        send(mara, creator, "lantern")
        expect(page.locator(".toast").last).to_contain_text("Lantern")

    def test_works_without_scripts(self, browser, live_server, creator, stream, mara):
        send(mara, creator, "lantern")
        page = browser.new_context(java_script_enabled=False, base_url=live_server.url).new_page()
        page.goto("/c/lumi/")
        expect(page.locator("#stage")).to_contain_text("99.00 of 200.00 diamonds")
        expect(page.locator("#stage")).to_contain_text("Mara Vogt")
        expect(page.locator("#latest")).to_contain_text("Lantern")
        page.context.close()

    def test_hears_the_rest_where_the_browser_returns_by_itself(
        self, page, live_server, feed, creator, stream, mara
    ):
        """It brings the position it has, through the redirection to another origin."""
        page.goto(f"{live_server.url}/demo/nothing/")
        page.evaluate(
            """() => {
                document.title = "";
                const source = new EventSource("/c/lumi/events/");
                source.addEventListener("state", () => (document.title ||= "listening:"));
                source.addEventListener("gifts", (event) => {
                    for (const gift of JSON.parse(event.data).gifts) document.title += ` ${gift.slug}`;
                });
            }"""
        )
        expect(page).to_have_title("listening:")
        send(mara, creator)
        expect(page).to_have_title("listening: spark-tap")
        for channel in list(feed.reader.channels.values()):
            for listener in list(channel.listeners):
                feed.loop.call_soon_threadsafe(listener.end)
        send(mara, creator, "kite")
        expect(page).to_have_title("listening: spark-tap kite", timeout=15_000)


class TestOverlay:
    @pytest.fixture
    def overlay(self, page, live_server, feed, creator, stream) -> Page:
        save_overlay(creator=creator, at=timezone.now(), shows_leaderboard=True, smallest_gift=5, seconds=2)
        page.goto(f"{live_server.url}/overlay/{renew_address(creator=creator, at=timezone.now())}/")
        listening(page)
        return page

    def test_announces_one_gift_at_a_time(self, overlay, creator, mara):
        send(mara, creator, "lantern", message="<b>Bravo</b>")
        send(UserFactory(display_name="Theo"), creator, "aurora")
        send(UserFactory(display_name="Small"), creator, "clover")
        expect(overlay.locator(".alert")).to_contain_text("Mara Vogt sent Lantern ×1")
        expect(overlay.locator(".alert q")).to_have_text("<b>Bravo</b>")
        expect(overlay.locator(".alert")).to_have_count(1)
        expect(overlay.locator(".alert.large")).to_contain_text("Theo sent Aurora")
        expect(overlay.locator(".alert")).to_have_count(0)
        expect(overlay.locator("[data-goal-figures]")).to_have_text("1,100.00 of 200.00 diamonds")
        expect(overlay.locator("[data-top] li")).to_have_text(["Theo 1,000", "Mara Vogt 99", "Small 1"])

    def test_is_transparent_and_shows_nothing_else(self, overlay):
        assert overlay.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
        assert overlay.locator("a, nav, button, header").count() == 0

    def test_announces_nothing_that_was_undone_before_its_turn(self, overlay, creator, mara):
        send(mara, creator, "lantern")
        expect(overlay.locator(".alert")).to_contain_text("Lantern")
        gift = send(mara, creator, "kite")
        taken_back(gift, at=timezone.now())
        expect(overlay.locator(".alert")).to_have_count(0)
        expect(overlay.locator("[data-goal-figures]")).to_have_text("99.00 of 200.00 diamonds")

    def test_shows_a_sample_and_takes_up_new_settings(self, overlay, creator):
        ask_for_sample(creator=creator, at=timezone.now())
        expect(overlay.locator(".alert")).to_contain_text("A sample sent Lantern")
        save_overlay(creator=creator, at=timezone.now(), position="bottom-left")
        expect(overlay.locator("body.bottom-left")).to_be_visible()

    def test_goes_quiet_when_its_address_is_revoked(self, overlay, feed, creator, mara):
        send(mara, creator, "lantern")
        expect(overlay.locator(".alert")).to_be_visible()
        revoke_address(creator=creator, at=timezone.now())
        expect(overlay.locator(".alert, .goal:visible, .leaders:visible")).to_have_count(0)
        eventually(lambda: creator.pk not in feed.reader.channels, "the feed lets go of it")


class TestLook:
    def test_is_whole_for_everybody(self, page, live_server, feed, login, creator, mara, stream):
        send(mara, creator, "kite", message="Bravo")
        walk = Walk(page, live_server.url)
        walk.see("/c/lumi/")
        login(page, mara)
        walk.see("/c/lumi/")
        login(page, creator)
        for path in ("/c/lumi/", "/studio/live/", "/studio/overlay/"):
            walk.see(path)
        end_stream(creator=creator, stream_id=stream.pk, at=timezone.now())
        for path in ("/studio/live/", stream.get_absolute_url(), "/"):
            walk.see(path)
        assert not walk.wrong, "\n".join(walk.wrong)
