"""The wallet's page in one tab while coins are bought in another."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.gifts import give_coins
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


class TestStanding:
    def test_fills_when_the_reader_comes_back(self, page: Page, live_server, login):
        viewer = UserFactory()
        login(page, viewer)
        page.goto(f"{live_server.url}/wallet/")
        for coins, shown in ((70, "70 coins"), (30, "100 coins")):
            give_coins(viewer, coins)
            page.evaluate("window.dispatchEvent(new Event('focus'))")
            expect(page.locator("[data-balance]")).to_have_text(shown)
            expect(page.locator(".htmx-added, .htmx-request")).to_have_count(0)
