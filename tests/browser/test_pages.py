"""Every page, as each kind of person sees it: nothing that axe minds, no console error or blocked script, no
sideways scrolling, on a phone and a desktop, light and dark."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.core.mail import get_connection, send_mail
from django.urls import reverse
from django.utils import timezone

from tests.browser.walk import Walk
from tests.factories.gifts import gift_from
from tests.factories.payouts import PayoutMethodFactory, approved_payout, give_diamonds, requested_payout
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from tests.factories.purchases import paid, recorded

pytestmark = pytest.mark.django_db(transaction=True)

# What Django's own admin does on every list and inline, and Swagger on its whole page.
DJANGO = ("label-title-only", "empty-table-header")


@pytest.fixture
def walk(page, live_server) -> Walk:
    return Walk(page, live_server.url)


@pytest.fixture(autouse=True)
def _demo(settings, tmp_path):
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = str(tmp_path)


def no_complaints(walk: Walk) -> None:
    assert not walk.wrong, "\n".join(walk.wrong)


class TestPages:
    def test_are_whole_for_a_visitor(self, walk, tmp_path):
        CreatorFactory(handle="lumi", display_name="Lumi Aalto")
        letters = get_connection("django.core.mail.backends.filebased.EmailBackend")
        send_mail("Your code", "ABC-DEF", "a@portal.test", ["b@portal.test"], connection=letters)
        for path in (
            "/",
            "/accounts/login/",
            "/accounts/signup/",
            "/accounts/password/reset/",
            "/accounts/password/reset/done/",
            "/c/lumi/",
            "/demo/mail/",
        ):
            walk.see(path)
        walk.see("/no-such-page/", status=404)
        walk.page.goto(f"{walk.address}/demo/mail/")
        walk.follow(walk.page.get_by_role("link", name="Your code"), "a mail of the demo")
        no_complaints(walk)

    def test_are_whole_while_signing_up(self, walk):
        page = walk.page
        page.goto(f"{walk.address}/accounts/signup/")
        page.get_by_label("Email").fill("not an address")
        page.locator("form[action='/accounts/signup/']").evaluate("form => form.noValidate = true")
        walk.follow(page.get_by_role("button", name="Sign up"), "a refused sign-up")
        page.get_by_label("Email").fill("ada@example.test")
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("Country").select_option("DE")
        page.get_by_label("Password").fill("a-long-enough-secret")
        page.get_by_role("button", name="Sign up").click()
        page.get_by_label("Code").wait_for()
        walk.look("the code's page")
        assert page.get_by_role("link", name="Demo mail").first.is_visible()
        no_complaints(walk)

    def test_are_whole_for_a_viewer(self, walk, login):
        viewer, creator = UserFactory(), CreatorFactory(handle="lumi")
        gift_from(viewer, creator, message="Go on!")
        bought, waiting = paid(viewer), recorded(viewer, at=timezone.now())
        login(walk.page, viewer)
        for path in (
            "/",
            "/profile/",
            "/accounts/email/",
            "/accounts/password/change/",
            "/accounts/2fa/",
            "/accounts/sessions/",
            "/accounts/logout/",
            "/accounts/reauthenticate/",
            "/wallet/",
            "/wallet/buy/",
            "/wallet/history/",
            "/wallet/purchases/",
            "/c/lumi/",
            bought.get_absolute_url(),
            waiting.get_absolute_url(),
        ):
            walk.see(path)
        no_complaints(walk)

    def test_are_whole_for_a_creator(self, walk, login):
        creator = CreatorFactory(handle="lumi")
        gift_from(UserFactory(), creator, at=timezone.now())
        payout = requested_payout(creator)
        login(walk.page, creator)
        for path in (
            "/studio/",
            "/studio/gifts/",
            "/studio/payouts/",
            "/studio/payouts/new/",
            f"/studio/payouts/{payout.pk}/",
            "/studio/methods/",
        ):
            walk.see(path)
        no_complaints(walk)

    def test_are_whole_for_a_creator_who_is_new(self, walk, login):
        login(walk.page, CreatorFactory(handle="nori", country="US"))
        for path in ("/wallet/", "/wallet/history/", "/studio/", "/studio/payouts/", "/studio/methods/"):
            walk.see(path)
        no_complaints(walk)

    def test_are_whole_while_asking_for_a_payout(self, walk, login):
        creator = CreatorFactory(handle="lumi")
        PayoutMethodFactory(owner=creator)
        give_diamonds(creator, 2_000_000)
        page = walk.page
        login(page, creator)
        page.goto(f"{walk.address}/studio/payouts/new/")
        page.get_by_label(re.compile("Diamonds")).fill("15000")
        page.get_by_role("button", name="Show the quote").click()
        page.get_by_role("button", name="Request this payout").wait_for()
        walk.look("a payout's quote")
        no_complaints(walk)

    def test_are_whole_for_staff(self, page, live_server, login):
        walk = Walk(page, live_server.url, forgive=DJANGO)
        waiting, sent = requested_payout(), approved_payout()
        staff = StaffFactory()
        staff.user_permissions.set(
            Permission.objects.filter(content_type__app_label__in=["payouts", "wallets"])
        )
        login(page, staff)
        for path in (
            "/admin/",
            "/admin/payouts/payoutrequest/?desk=all",
            reverse("admin:payouts_payoutrequest_change", args=[sent.pk]),
            reverse("admin:payouts_payoutrequest_change", args=[waiting.pk]),
        ):
            walk.see(path)
        page.get_by_role("button", name="Reject").click()
        page.get_by_text(waiting.reference).first.wait_for()
        walk.look("a decision about a payout")
        no_complaints(walk)

    def test_of_the_api_load_under_the_sites_own_content_policy(self, page, live_server):
        heard = []
        page.on("console", lambda message: heard.append(message.text))
        page.goto(f"{live_server.url}/api/docs/")
        page.get_by_placeholder("Filter by tag").fill("payouts")  # of so many, what is in sight is drawn
        page.get_by_text("/api/v1/payouts/", exact=True).first.click()
        page.get_by_role("heading", name="Responses").first.wait_for()
        assert heard == []
        for own, token in (({}, True), ({"Authorization": "Bearer lum_x"}, False)):
            request = {"method": "POST", "credentials": "same-origin", "headers": own}
            sent = page.evaluate("told => ui.getConfigs().requestInterceptor(told).headers", request)
            assert ("X-CSRFTOKEN" in sent, sent | own == sent) == (token, True)


class TestKeyboard:
    def test_skips_to_the_content(self, page, live_server):
        page.goto(live_server.url)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"

    @pytest.mark.parametrize(
        ("path", "action"),
        [
            ("/wallet/", "Buy coins"),
            ("/wallet/buy/", "Continue to payment"),
            ("/studio/", "Request a payout"),
            ("/studio/payouts/new/", "Show the quote"),
        ],
    )
    def test_reaches_what_a_page_is_for(self, page, live_server, login, path, action):
        creator = CreatorFactory()
        PayoutMethodFactory(owner=creator)
        give_diamonds(creator, 2_000_000)
        login(page, creator)
        page.goto(live_server.url + path)
        page.locator("#main").focus()
        for _ in range(15):
            page.keyboard.press("Tab")
            if action in page.evaluate("document.activeElement.innerText"):
                return
        pytest.fail(f"{action} is not among the first things that Tab reaches on {path}")


class TestPhoneWithoutScripts:
    def test_offers_the_menu_and_the_way_out(self, new_context, live_server, login):
        context = new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
        page = context.new_page()
        login(page, CreatorFactory(display_name="Lumi Aalto"))
        page.goto(live_server.url)
        page.get_by_role("link", name="Wallet", exact=True).first.click()
        page.get_by_role("heading", name="Wallet").wait_for()
        page.locator("details.menu > summary").click()
        page.get_by_role("link", name="Profile").click()
        page.get_by_role("heading", name="Profile").wait_for()
