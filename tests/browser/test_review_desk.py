"""A reviewer works through the queue by keys alone."""

import pytest
from playwright.sync_api import expect

from payouts.states import State
from tests.factories.payouts import NOW, requested_payout, reviewer

pytestmark = pytest.mark.django_db(transaction=True)


class TestKeys:
    def test_choose_open_and_decide(self, page, live_server, login):
        first, second = requested_payout(), requested_payout(at=NOW.replace(hour=13))
        login(page, reviewer())
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{live_server.url}/admin/payouts/payoutrequest/")
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name=first.reference))
        for cell in row.locator("td:not([data-empty])").all():
            expect(cell).to_be_in_viewport(ratio=1)
        expect(row.locator(".field-state")).to_have_attribute("data-column", "State")
        page.keyboard.press("j")
        expect(page.get_by_role("link", name=first.reference)).to_be_focused()
        page.keyboard.press("x")
        expect(page.locator(".action-select").first).to_be_checked()
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=second.reference).wait_for()
        page.keyboard.press("a")
        page.get_by_text("It leaves with the next payments.").wait_for()
        page.get_by_label("Note for staff").fill("a j x")
        page.get_by_role("button", name="Approve").click()
        page.get_by_text(f"{second.reference} is approved now.").wait_for()
        second.refresh_from_db()
        assert second.state == State.APPROVED
        page.keyboard.press("?")
        page.get_by_label("Keys do this").uncheck()
        page.get_by_role("button", name="Close").click()
        page.keyboard.press("l")
        page.keyboard.press("j")
        expect(page.get_by_role("link", name=f"Next in the queue: {first.reference}")).to_be_visible()
