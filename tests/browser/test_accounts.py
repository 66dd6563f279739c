"""Pages on which people look after their account, walked through as one would."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from playwright.sync_api import expect

from tests.browser.walk import Walk
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
TOTP_PERIOD = 30  # seconds (RFC 6238)


@pytest.fixture
def walk(page, live_server) -> Walk:
    return Walk(page, live_server.url)


def code(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // TOTP_PERIOD))


class TestSecondFactor:
    def test_is_set_up_asked_for_and_turned_off(self, walk, login):
        user = UserFactory()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        page = walk.page
        login(page, user)
        page.goto(f"{walk.address}/accounts/2fa/totp/activate/")
        page.get_by_label("Password").fill("portal-demo")
        page.get_by_role("button", name="Go on").click()
        secret = page.get_by_label("Or type this secret").input_value()
        walk.look("the secret's page")
        page.get_by_label("Authenticator code").fill(code(secret))
        page.get_by_role("button", name="Turn on").click()
        expect(page.get_by_text("10 of 10 codes are left")).to_be_visible()
        recovery = page.locator(".codes code").first.inner_text()
        walk.look("the recovery codes")
        for path in ("/accounts/2fa/", "/accounts/2fa/recovery-codes/generate/"):
            walk.see(path)
        page.context.clear_cookies()
        page.goto(f"{walk.address}/accounts/login/")
        page.get_by_label("Email").fill(user.email)
        page.get_by_label("Password").fill("portal-demo")
        page.locator("main").get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
        walk.look("the second factor's page")
        page.get_by_label("Code").fill(recovery)
        page.locator("main").get_by_role("button", name="Log in").click()
        expect(page.locator("details.menu")).to_be_visible()
        page.goto(f"{walk.address}/accounts/2fa/totp/deactivate/")
        page.get_by_label("Password").fill("portal-demo")
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Turn off").click()
        page.wait_for_url(re.compile("/accounts/2fa/$"))
        expect(page.get_by_role("link", name="Set up")).to_be_visible()
        told = [(letter.subject, letter.body) for letter in mail.outbox]
        assert [subject for subject, _ in told] == [
            "Your second factor is on",
            "A recovery code was used to log in",
            "Your second factor is off",
        ]
        assert "From now on we ask for a code" in told[0][1]
        assert "your password alone opens your account" in told[2][1]
        assert not walk.wrong, "\n".join(walk.wrong)


class TestBecomingACreator:
    def test_asks_first_and_needs_no_script(self, new_context, live_server, login):
        page = new_context(java_script_enabled=False).new_page()
        login(page, UserFactory(handle="mira"))
        page.goto(f"{live_server.url}/profile/")
        page.get_by_role("button", name="Become a creator").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name="Not now").click()
        expect(dialog).to_be_hidden()
        page.get_by_role("button", name="Become a creator").click()
        dialog.get_by_role("button", name="Open my page").click()
        expect(page.get_by_role("link", name="/c/mira/")).to_be_visible()
        expect(page.get_by_role("link", name="Studio")).to_be_visible()

    def test_shows_a_whole_question(self, walk, login):
        login(walk.page, UserFactory(handle="mira"))
        walk.page.goto(f"{walk.address}/profile/")
        walk.page.get_by_role("button", name="Become a creator").click()
        walk.look("the question")
        assert not walk.wrong, "\n".join(walk.wrong)


class TestAccountMenu:
    def test_opens_and_closes_by_keyboard(self, page, live_server, login):
        login(page, CreatorFactory())
        page.goto(live_server.url)
        page.locator("details.menu > summary").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Log out")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Log out")).to_be_hidden()
        assert page.evaluate("document.activeElement.localName") == "summary"
