import pytest
from django.test import Client
from django.utils import timezone, translation
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from tests.factories.gifts import give_coins
from tests.factories.keys import issue_key
from tests.factories.people import CreatorFactory, UserFactory

LOGIN = "/accounts/login/"


class TestReaderMiddleware:
    def test_shows_a_page_in_the_reader_s_language_and_leaves_none_behind(self, client, db):
        client.force_login(UserFactory(language="de", time_zone="Europe/Berlin"))
        with translation.override("en"):
            page = client.get("/wallet/")
            assert page.headers["Content-Language"] == "de"
            assert translation.get_language() == "en"
        assert timezone.get_current_timezone_name() == "UTC"


def _requests_of(view: str, method: str = "GET") -> float:
    """How many the metrics have counted."""
    labels = {"view": f"api-{view}", "method": method, "status": "405" if method == "other" else "403"}
    return REGISTRY.get_sample_value("portal_api_request_seconds_count", labels) or 0


def key_of(person) -> dict:
    key = issue_key(user=person, name="test", scopes=["wallet:read", "gifts:write"])
    return {"Authorization": f"bearer {key}"}


@pytest.mark.django_db
class TestKeyMiddleware:
    def test_takes_a_program_for_the_key_s_person_whoever_is_logged_in(self):
        program, holder, other = Client(enforce_csrf_checks=True), UserFactory(), UserFactory()
        give_coins(holder, 100)
        creator, headers = CreatorFactory(), key_of(holder) | {"Idempotency-Key": "k"}
        program.force_login(other)
        gift = {"creator": creator.handle, "gift_type": "kite"}
        answer = program.post("/api/v1/gifts/", gift, content_type="application/json", headers=headers)
        assert answer.status_code == 201
        assert balance(VIEWER_COINS.of(holder.pk)) < 100
        assert not answer.cookies

    def test_needs_no_query_for_a_session(self, django_assert_num_queries):
        program, headers = Client(), key_of(UserFactory())
        program.force_login(UserFactory())
        with django_assert_num_queries(1):
            assert program.get("/api/v1/nothing/", headers=headers).status_code == 404
            assert program.get("/api/v1/gifts/", headers=headers).status_code == 403

    def test_keeps_what_guards_a_session_for_requests_that_come_with_one(self):
        page, viewer = Client(enforce_csrf_checks=True), UserFactory()
        page.force_login(viewer)
        for headers in ({}, {"Authorization": "Basic YTpi"}):
            answer = page.post("/api/v1/gifts/", {}, content_type="application/json", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")

    def test_opens_no_page_to_a_key(self, client):
        answer = client.get("/wallet/", headers=key_of(UserFactory()))
        assert answer.status_code == 302
        assert "Content-Security-Policy" in answer.headers

    def test_tells_the_log_and_browsers_what_a_page_does(self, client):
        holder = UserFactory()
        with capture_logs() as said:
            answer = client.get("/api/v1/wallet/", headers=key_of(holder) | {"Accept-Language": "en-GB"})
        (line,) = said
        wanted = {"request": "GET /api/v1/wallet/", "code": 200, "user_id": str(holder.pk)}
        assert line.items() >= {"event": "request_finished", **wanted}.items()
        headers = {
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Content-Language": "en-gb",
        }
        assert answer.headers.items() >= headers.items()

    def test_counts_for_the_metrics(self, client):
        counted = _requests_of("gifts")
        client.get("/api/v1/gifts/", headers=key_of(UserFactory()))
        assert _requests_of("gifts") == counted + 1

    def test_counts_methods_that_nobody_knows_together(self, client):
        counted = _requests_of("gifts", "other")
        for method in ("BREW", "STEEP"):
            client.generic(method, "/api/v1/gifts/", headers=key_of(UserFactory()))
        assert _requests_of("gifts", "other") == counted + 2

    def test_forgets_the_language_of_the_page_before(self, client):
        with translation.override("de"):
            client.get("/api/v1/wallet/", headers=key_of(UserFactory()))
            assert translation.get_language() == "en"

    def test_refuses_a_host_that_is_not_ours(self, client):
        headers = key_of(UserFactory()) | {"Host": "evil.test"}
        assert client.get("/api/v1/wallet/", headers=headers).status_code == 400


CAPS = "/wallet/limits/caps/"
TOLD = "nothing was done yet"


def from_page(path: str, site: str = "http://testserver", **headers) -> dict:
    return {"Referer": site + path} | headers


@pytest.mark.django_db
class TestButtonMiddleware:
    def test_leads_through_the_login_back_to_the_page_with_the_button(self, client):
        answer = client.post(CAPS, headers=from_page("/wallet/limits/?a=b"))
        assert answer.url == f"{LOGIN}?next=/wallet/limits/%3Fa%3Db"
        assert TOLD in client.get(answer.url).text

    def test_takes_the_whole_page_there_where_a_script_asked_for_a_part(self, client):
        headers = from_page("/c/lumi/", **{"HX-Request": "true"})
        for answer in (
            client.post("/c/lumi/taps/", headers=headers),
            client.get("/wallet/", headers=headers),
        ):
            assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, f"{LOGIN}?next=/c/lumi/")

    def test_leads_staff_back_too(self, client):
        page = "/admin/payouts/payoutrequest/"
        answer = client.post(f"{page}many/approve/", headers=from_page(page))
        assert answer.url == f"/admin/login/?next={page}"

    @pytest.mark.parametrize(
        "headers",
        [{}, from_page("/", "https://evil.test"), from_page(".evil.test/"), from_page("//evil.test/")],
        ids=["none", "elsewhere", "alike", "doubled"],
    )
    def test_knows_no_page_but_ours(self, client, headers):
        assert client.post(CAPS, headers=headers).url == f"{LOGIN}?next={CAPS}"

    def test_leads_from_the_login_to_the_page_above_what_no_page_is(self, client):
        client.force_login(UserFactory())
        assert client.get(CAPS, headers=from_page(f"{LOGIN}?next={CAPS}")).url == "/wallet/limits/"

    def test_tells_who_comes_to_such_an_address_where_the_button_is(self, client):
        client.force_login(UserFactory())
        page = client.get(CAPS)
        assert (page.status_code, page.headers["Allow"]) == (405, "POST")
        assert 'href="/wallet/limits/"' in page.text
        undo = client.get("/wallet/gifts/018f0000-0000-7000-8000-000000000000/undo/")
        assert 'href="/wallet/">Go to where the button is' in undo.text

    def test_leaves_the_api_its_own_words(self, client):
        client.force_login(UserFactory())
        answer = client.get("/api/v1/payout-quotes/")
        assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")
