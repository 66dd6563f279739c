"""Sending gifts as people do: by thumb, by keyboard, without scripts, and twice by accident."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from ledger import queries
from ledger.chart import VIEWER_COINS
from tests.browser.walk import PHONE, Walk
from tests.factories.gifts import gift_from, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Gift

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def creator():
    return CreatorFactory(handle="lumi", display_name="Lumi Aalto")


@pytest.fixture
def viewer():
    person = UserFactory(display_name="Mara Vogt")
    give_coins(person, 700)
    return person


@pytest.fixture
def open_page(page: Page, live_server, login, viewer, creator) -> Page:
    login(page, viewer)
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/c/lumi/")
    return page


def coins(viewer) -> int:
    return queries.balance(VIEWER_COINS.of(viewer.pk))


class TestSending:
    def test_shows_the_cost_then_sends_then_sends_again(self, open_page, viewer):
        errors = []
        open_page.on("console", lambda message: message.type == "error" and errors.append(message.text))
        open_page.get_by_text("Lantern").first.click()
        preview = open_page.locator("#preview")
        expect(preview).to_contain_text("99 coins")
        expect(preview).to_contain_text("99.00 diamonds")
        expect(preview).to_contain_text("601 coins")
        open_page.get_by_role("button", name="Send").click()
        expect(open_page.get_by_role("status").last).to_contain_text("You sent 1 × Lantern to Lumi Aalto.")
        expect(open_page.locator("[data-balance]")).to_have_text("601 coins")
        expect(open_page.locator("#latest")).to_contain_text("Mara Vogt sent 1 × Lantern")
        open_page.get_by_role("button", name="Send again").click()
        expect(open_page.locator("[data-balance]")).to_have_text("502 coins")
        assert coins(viewer) == 502
        open_page.wait_for_load_state("networkidle")
        assert errors == []

    def test_works_by_keyboard(self, open_page, viewer):
        open_page.get_by_role("radio", name=re.compile("Clover")).focus()
        for _ in range(2):
            open_page.keyboard.press("ArrowRight")
        expect(open_page.locator("#preview")).to_contain_text("1 × Spark Tap")
        open_page.get_by_label("How many").focus()
        open_page.keyboard.press("Control+a")
        open_page.keyboard.type("10")
        expect(open_page.locator("#preview")).to_contain_text("10 × Spark Tap")
        open_page.keyboard.press("Enter")
        expect(open_page.locator("[data-balance]")).to_have_text("650 coins")
        assert Gift.objects.get().quantity == 10

    def test_says_what_is_missing(self, open_page, viewer):
        open_page.get_by_text("Comet Band").click()
        expect(open_page.locator("#preview")).to_contain_text("800 coins are missing.")
        open_page.get_by_role("button", name="Send").click()
        expect(open_page.locator("#result")).to_contain_text("800 more are needed")
        assert coins(viewer) == 700

    def test_takes_one_gift_for_a_form_that_was_sent_before(self, open_page, viewer):
        key = open_page.locator("[name=key]").input_value()
        answer = open_page.request.post(
            open_page.url + "gifts/",
            form={
                "gift_type": "clover",
                "quantity": "1",
                "message": "",
                "key": key,
                "shown": open_page.locator("[name=shown]").input_value(),
                "csrfmiddlewaretoken": open_page.locator("[name=csrfmiddlewaretoken]").first.input_value(),
            },
            headers={"Referer": open_page.url},
        )
        assert answer.ok
        open_page.get_by_role("button", name="Send").click()
        expect(open_page.locator("#result")).to_contain_text("You had already sent 1 × Clover")
        assert coins(viewer) == 699

    def test_sends_once_when_the_answer_was_lost(self, open_page, viewer):
        def lose_the_answer(route) -> None:
            route.fetch()
            route.abort()

        open_page.route("**/c/lumi/gifts/", lose_the_answer, times=1)
        open_page.get_by_role("button", name="Send").click()
        expect(open_page.get_by_text("No answer came.")).to_be_visible()
        open_page.get_by_role("button", name="Send").click()
        expect(open_page.locator("#result")).to_contain_text("You had already sent 1 × Clover")
        expect(open_page.get_by_text("No answer came.")).to_be_hidden()
        assert coins(viewer) == 699

    def test_shows_what_others_send_without_a_reload(self, open_page, creator):
        expect(open_page.locator("#latest")).to_contain_text("No gifts yet")
        gift_from(UserFactory(display_name="Theo"), creator, "kite", key=str(uuid.uuid4()))
        expect(open_page.locator("#latest")).to_contain_text("Theo sent 1 × Kite", timeout=20_000)


class TestWithoutScripts:
    def test_shows_the_cost_and_sends(self, browser, live_server, viewer, creator, login):
        context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
        page = context.new_page()
        login(page, viewer)
        page.goto("/c/lumi/")
        page.get_by_text("Lantern").first.click()
        page.get_by_role("button", name="Show the cost").click()
        expect(page.locator("#preview")).to_contain_text("99 coins")
        assert "?" not in page.url
        page.get_by_role("button", name="Send").click()
        expect(page.locator("main")).to_contain_text("You sent 1 × Lantern to Lumi Aalto.")
        expect(page.locator("[data-balance]")).to_have_text("601 coins")
        page.get_by_text("Kite").first.click()
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#preview")).to_contain_text("1 × Kite")
        expect(page.locator("#result")).to_contain_text("Nothing was taken now.")
        assert coins(viewer) == 601
        page.get_by_role("button", name="Send").click()
        expect(page.locator("main")).to_contain_text("You sent 1 × Kite to Lumi Aalto.")
        assert coins(viewer) == 552
        context.close()


class TestLook:
    def test_is_whole_for_everybody(self, page, live_server, login, viewer, creator):
        gift_from(viewer, creator, "kite", message="Bravo")
        walk = Walk(page, live_server.url)
        walk.see("/c/lumi/")
        login(page, viewer)
        walk.see("/c/lumi/")
        walk.see("/c/lumi/?gift_type=infinite-garden")
        login(page, creator)
        for path in ("/c/lumi/", "/studio/gifts/", "/studio/gifts/?month=2026-03"):
            walk.see(path)
        walk.see("/studio/gifts/?month=x", status=400)
        assert not walk.wrong, "\n".join(walk.wrong)
