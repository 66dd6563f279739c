"""Notifications as people meet them: on a phone and a desktop, light and dark, by keyboard, without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portal.models import Notice
from tests.browser.walk import Walk
from tests.factories.notices import notice_of
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


class TestNotifications:
    def test_are_whole(self, page, live_server, login):
        creator = CreatorFactory()
        walk = Walk(page, live_server.url)
        login(page, creator)
        walk.see("/notifications/")
        for kind in ("payout_on_hold", "payout_paid", "method_added", "payout_requested"):
            notice_of(creator, kind, at=timezone.now(), url="/studio/payouts/")
        Notice.objects.filter(kind="payout_paid").update(read_at=timezone.now())
        for path in ("/notifications/", "/notifications/?show=unread", "/notifications/choices/"):
            walk.see(path)
        assert not walk.wrong, "\n".join(walk.wrong)

    def test_are_read_by_keyboard_alone_and_without_scripts(self, browser, live_server, login):
        creator = CreatorFactory()
        for kind in ("payout_on_hold", "payout_paid"):
            notice_of(creator, kind, at=timezone.now(), url="/studio/payouts/")
        context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
        page = context.new_page()
        login(page, creator)
        page.goto("/")
        page.get_by_role("link", name="Notifications 2 unread").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Mark as read: €89.65: Your payout is paid").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Notifications 1 unread")).to_be_visible()
        page.get_by_role("button", name="See this payout").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Payouts", level=1)).to_be_visible()
        expect(page.get_by_role("link", name="Notifications", exact=True)).to_be_visible()
        context.close()

    def test_are_switched_off_in_the_profile_s_rooms(self, page, live_server, login):
        creator = CreatorFactory()
        login(page, creator)
        page.goto(f"{live_server.url}/profile/")
        page.get_by_role("navigation", name="Settings").get_by_role("link", name="Notifications").click()
        page.get_by_label("Your payout is approved").uncheck()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("That is what we mail you from now on.")).to_be_visible()
        expect(page.get_by_label("Your payout is approved")).not_to_be_checked()
        assert not notice_of(creator, "payout_approved").to_mail
        assert notice_of(UserFactory(), "payout_approved").to_mail
