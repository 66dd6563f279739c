"""Tapping a gift again and again, and taking it back."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ledger import queries
from ledger.chart import VIEWER_COINS
from tests.browser.walk import PHONE, Walk
from tests.factories.gifts import gift_from, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.streams import stream_by
from wallets.models import Gift, GiftReversal
from wallets.operations.creator_settings import block_sender
from wallets.operations.limits import set_caps
from wallets.operations.tips import send_tip

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20_000


@pytest.fixture
def creator():
    return CreatorFactory(handle="lumi", display_name="Lumi Aalto")


@pytest.fixture
def viewer():
    person = UserFactory(display_name="Mara Vogt", handle="mara")
    give_coins(person, 100)
    return person


@pytest.fixture
def open_page(page: Page, live_server, login, viewer, creator) -> Page:
    login(page, viewer)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/c/lumi/?gift_type=spark-tap")
    return page


def coins(viewer) -> int:
    return queries.balance(VIEWER_COINS.of(viewer.pk))


class TestPhone:
    """390 × 844, while a stream with a goal and gifters is open."""

    @pytest.fixture
    def live_page(self, open_page, creator, viewer) -> Page:
        stream_by(creator, at=timezone.now(), goal=500_00, goal_unit="DIAMOND", goal_words="A new microphone")
        for name in ("Theo", "Sam", "Noor"):
            gift_from(UserFactory(display_name=name), creator, at=timezone.now())
        open_page.reload()
        return open_page

    def test_has_all_buttons_in_sight_when_the_page_opens(self, live_page):
        box = live_page.get_by_role("button", name="Combo").bounding_box()
        navigation = live_page.locator(".main-nav").bounding_box()
        assert box["y"] + box["height"] <= navigation["y"]

    def test_leaves_more_than_half_of_the_screen_to_the_stream_after_a_combo(self, live_page):
        combo = live_page.get_by_role("button", name="Combo")
        combo.click()
        combo.click()
        expect(live_page.get_by_role("button", name="Undo all")).to_be_visible(timeout=PATIENCE)
        navigation = live_page.locator(".main-nav").bounding_box()
        assert live_page.locator(".send").bounding_box()["height"] < navigation["y"] * 0.45

    def test_announces_below_the_logo(self, live_page):
        scene = live_page.locator("[data-scene]").evaluate("element => getComputedStyle(element).top")
        logo = live_page.locator(".wordmark").bounding_box()
        assert float(scene.removesuffix("px")) >= logo["y"] + logo["height"]


class TestCombo:
    def test_sends_a_gift_a_tap_and_takes_all_back(self, open_page, viewer):
        combo = open_page.get_by_role("button", name="Combo")
        for _ in range(10):
            combo.click()
        expect(combo).to_contain_text("×10")
        result = open_page.locator("#result")
        expect(result).to_contain_text("10 × Spark Tap to Lumi Aalto", timeout=PATIENCE)
        expect(open_page.locator("[data-balance]")).to_have_text("50 coins")
        expect(open_page.locator("#preview")).to_contain_text("45 coins")
        expect(open_page.locator("#latest")).to_contain_text("Mara Vogt sent 10 × Spark Tap")
        assert Gift.objects.values_list("streak_id", flat=True).distinct().count() == 1
        expect(combo).not_to_contain_text("×", timeout=PATIENCE)
        result.get_by_role("button", name="Undo all").click()
        expect(result).to_contain_text("You undid 10 gifts: 50 coins came back to you.", timeout=PATIENCE)
        expect(open_page.locator("#latest")).to_contain_text("No gifts yet", timeout=PATIENCE)
        expect(open_page.locator("[data-balance]")).to_have_text("100 coins")

    def test_takes_nothing_twice_when_answers_are_lost(self, open_page, viewer):
        lost = []

        def lose_the_first_answers(route) -> None:
            if len(lost) == 3:
                return route.continue_()
            lost.append(route)
            route.fetch()
            return route.abort()

        open_page.route("**/c/lumi/taps/", lose_the_first_answers)
        combo = open_page.get_by_role("button", name="Combo")
        for _ in range(4):
            combo.click()
        expect(open_page.locator("#result")).to_contain_text("4 × Spark Tap", timeout=PATIENCE)
        assert len(lost) == 3
        assert (Gift.objects.count(), coins(viewer)) == (4, 80)

    def test_stops_when_the_coins_are_gone_and_says_where_to_get_more(self, open_page, viewer):
        open_page.get_by_label("How many").fill("10")
        combo = open_page.get_by_role("button", name="Combo")
        for _ in range(5):
            combo.click()
        result = open_page.locator("#result")
        expect(result).to_contain_text("50 more are needed", timeout=PATIENCE)
        expect(result.get_by_role("link", name="Buy coins")).to_be_visible()
        assert (Gift.objects.count(), coins(viewer)) == (2, 0)

    def test_leads_to_the_login_once_the_session_is_over(self, open_page, viewer):
        open_page.context.clear_cookies(name="sessionid")
        open_page.get_by_role("button", name="Combo").click()
        expect(open_page.locator("main")).to_contain_text("nothing was done yet")
        assert open_page.url.endswith("/accounts/login/?next=/c/lumi/%3Fgift_type%3Dspark-tap")
        assert (Gift.objects.count(), coins(viewer)) == (0, 100)

    def test_works_by_keyboard_one_tap_a_press(self, open_page, viewer):
        combo = open_page.get_by_role("button", name="Combo")
        combo.focus()
        for _ in range(3):
            open_page.keyboard.press("Enter")
        open_page.keyboard.down("Enter")
        for _ in range(5):
            open_page.keyboard.down("Enter")  # as it repeats while it is held
        open_page.keyboard.up("Enter")
        expect(open_page.locator("#result")).to_contain_text("4 × Spark Tap", timeout=PATIENCE)
        expect(combo).to_be_focused()
        assert coins(viewer) == 80


class TestUndo:
    def test_is_not_what_enter_in_a_field_means(self, open_page, viewer):
        send = open_page.get_by_role("button", name="Send", exact=True)
        send.click()
        expect(open_page.get_by_role("button", name=re.compile("Undo"))).to_be_visible()
        open_page.locator("#id_quantity").press("Enter")
        expect(open_page.locator("[data-balance]").first).to_have_text("90 coins")
        assert not GiftReversal.objects.exists()

    def test_counts_down_beside_what_was_sent(self, open_page, viewer):
        open_page.get_by_role("button", name="Send", exact=True).click()
        button = open_page.locator("#result").get_by_role("button", name="Undo")
        expect(button).to_contain_text(re.compile(r"\d+ s"))
        button.click()
        expect(open_page.locator("#result")).to_contain_text("5 coins came back to you.")
        expect(open_page.locator("[data-balance]")).to_have_text("100 coins")

    def test_works_without_scripts(self, browser, live_server, viewer, creator, login):
        gift_from(viewer, creator, at=timezone.now())
        context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
        page = context.new_page()
        login(page, viewer)
        page.goto("/c/lumi/")
        expect(page.get_by_role("button", name="Combo")).to_be_hidden()
        page.goto("/wallet/history/")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("main")).to_contain_text("Undone: Spark Tap × 1 to Lumi Aalto")
        assert GiftReversal.objects.count() == 1
        context.close()


class TestLook:
    def test_is_whole_for_everybody(self, page, live_server, login, viewer, creator):
        gift = gift_from(viewer, creator, "kite", message="Bravo", at=timezone.now())
        send_tip(sender=viewer, recipient=creator, coins=5, key="a", at=timezone.now())
        for cap in (500, 1000):
            set_caps(viewer=viewer, daily=cap, monthly=None, at=timezone.now())
        walk = Walk(page, live_server.url)
        login(page, viewer)
        for path in ("/wallet/limits/", "/wallet/tips/", "/wallet/history/"):
            walk.see(path)
        page.goto(f"{live_server.url}/wallet/limits/")
        page.get_by_label("In a day").fill("50")
        walk.follow(page.get_by_role("button", name="Set these limits"), "confirming limits")
        page.goto(f"{live_server.url}/wallet/tips/?to=lumi")
        page.get_by_label("Coins").fill("5")
        walk.follow(page.get_by_role("button", name="Continue"), "confirming a tip")
        login(page, creator)
        block_sender(creator=creator, gift_id=gift.pk, at=timezone.now())
        for path in ("/studio/gifts/", "/studio/gifts/settings/"):
            walk.see(path)
        assert not walk.wrong, "\n".join(walk.wrong)
