"""Notifications as people meet them: on a phone and a desktop, light and dark, by keyboard."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portal.models import Notice
from tests.browser.walk import Walk
from tests.factories.notices import notice_of
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db(transaction=True)


class TestNotifications:
    def test_are_whole_and_read_by_keyboard_alone(self, page, live_server, login):
        creator = CreatorFactory()
        walk = Walk(page, live_server.url)
        login(page, creator)
        walk.see("/notifications/")
        for kind in ("payout_on_hold", "payout_requested", "payout_paid"):
            notice_of(creator, kind, at=timezone.now(), url="/studio/payouts/")
        Notice.objects.filter(kind="payout_requested").update(read_at=timezone.now())
        for path in ("/notifications/?show=unread", "/notifications/choices/", "/notifications/"):
            walk.see(path)
        assert not walk.wrong, "\n".join(walk.wrong)

        page.get_by_role("button", name="Mark as read €89.65: Your payout is paid").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Notifications 1 unread")).to_be_visible()
        page.get_by_role("button", name="See this payout").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Payouts", level=1)).to_be_visible()
        expect(page.get_by_role("link", name="Notifications", exact=True)).to_be_visible()
