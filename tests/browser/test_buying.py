"""A number of coins of one's own: its price follows the typing, and it can be bought from the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


class TestAmount:
    @pytest.fixture
    def buying(self, page: Page, live_server, login) -> Page:
        login(page, UserFactory())
        page.goto(f"{live_server.url}/wallet/buy/")
        return page

    def test_tells_its_price_while_it_is_typed(self, buying):
        amount = buying.get_by_label("Number of coins")
        amount.press_sequentially("1000")
        pay = buying.get_by_role("button", name="Pay €12.00 for 1,000 coins")
        expect(pay).to_be_visible()
        amount.fill("5")
        expect(buying.locator("#amount-offer")).to_contain_text("from 70 to 40,000")
        expect(pay).to_have_count(0)
        amount.fill("349")
        expect(buying.get_by_role("button", name="Pay €4.20 for 349 coins")).to_be_visible()

    def test_tells_its_price_without_scripts(self, live_server, login, browser):
        page = browser.new_context(java_script_enabled=False).new_page()
        login(page, UserFactory())
        page.goto(f"{live_server.url}/wallet/buy/")
        page.get_by_label("Number of coins").fill("1000")
        page.get_by_role("button", name="Show the price").click()
        expect(page.get_by_role("button", name="Pay €12.00 for 1,000 coins")).to_be_visible()
