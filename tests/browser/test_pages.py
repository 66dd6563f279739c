"""Every page, as each kind of person sees it: nothing that axe minds, no console error or blocked script, no
sideways scrolling, on a phone and a desktop, light and dark."""

import pytest

from tests.browser.walk import Walk
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def walk(page, live_server) -> Walk:
    return Walk(page, live_server.url)


@pytest.fixture(autouse=True)
def _demo(settings, tmp_path):
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = str(tmp_path)


class TestPages:
    def test_are_whole_for_a_visitor(self, walk):
        CreatorFactory(handle="lumi", display_name="Lumi Aalto")
        for path in (
            "/",
            "/accounts/login/",
            "/accounts/signup/",
            "/accounts/password/reset/",
            "/accounts/password/reset/done/",
            "/demo/mail/",
        ):
            walk.see(path)
        walk.see("/no-such-page/", status=404)
        assert not walk.wrong, "\n".join(walk.wrong)

    def test_are_whole_for_a_viewer(self, walk, login):
        login(walk.page, UserFactory())
        for path in (
            "/",
            "/profile/",
            "/accounts/email/",
            "/accounts/password/change/",
            "/accounts/2fa/",
            "/accounts/sessions/",
            "/accounts/logout/",
            "/wallet/",
            "/wallet/buy/",
            "/wallet/history/",
        ):
            walk.see(path)
        assert not walk.wrong, "\n".join(walk.wrong)
