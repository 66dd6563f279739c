"""Following a link, and what is kept of whoever did."""

import datetime as dt
import json
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import settings as site
from django.urls import reverse
from standardwebhooks.webhooks import Webhook

from ledger.encryption import digest
from partnerships.affiliate_targets import leads_to
from partnerships.models import (
    AffiliateClick,
    AffiliateConversion,
    AffiliateProgramme,
    AffiliateSalt,
    AffiliateSignal,
)
from partnerships.operations import affiliate_clicks
from partnerships.operations.affiliate_clicks import forget
from partnerships.operations.affiliate_links import UnableToMakeLink, make_link, retire_link
from partnerships.operations.affiliate_programmes import rotate_secret
from partnerships.views.affiliate_hooks import LARGEST_BODY
from portal.operations.sightings import saw
from tests.factories.partnerships_affiliate import BROWSER, NOW, boss, click, link, order, programme

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _new_process():
    """Salts are remembered by a process, rolled back with a test."""
    affiliate_clicks._salt.cache_clear()


def go(client, mine, *, method: str = "get", **headers):
    headers = {"user-agent": BROWSER, "accept-language": "de"} | headers
    return getattr(client, method)(reverse("partnerships:go", args=[mine.code]), headers=headers)


class TestGo:
    def test_leads_to_the_shop_in_one_statement(self, client, django_assert_num_queries):
        mine = link(of=programme(landing_url="https://shop.example/a?b=c%26&click_id=forged#top"))
        go(client, mine)  # the day's salt is read once
        with django_assert_num_queries(1):
            answer = go(client, mine, referer="https://video.example/watch?v=secret")
        found = AffiliateClick.objects.latest("id")
        assert answer.status_code == 302
        parts = urlsplit(answer["Location"])
        assert (parts.hostname, parts.path, parts.fragment) == ("shop.example", "/a", "top")
        assert parse_qs(parts.query) == {"b": ["c&"], "click_id": [str(found.pk)]}
        assert found.referrer_host == "video.example"
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies

    def test_counts_a_visitor_once_in_half_an_hour(self, client):
        mine = link()
        for minutes, language in ((0, "de"), (29, "de"), (29, "en"), (31, "de")):
            with time_machine.travel(NOW + minutes * MINUTE, tick=False):
                go(client, mine, **{"accept-language": language})
        assert list(AffiliateClick.objects.order_by("id").values_list("dropped", flat=True)) == [
            "", "repeat", "", "",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("method", "headers", "dropped"),
        [
            ("get", {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, "bot"),
            ("get", {"user-agent": ""}, "bot"),
            ("head", {}, "bot"),
            ("get", {"sec-purpose": "prefetch;prerender"}, "prefetch"),
        ],
        ids=["crawler", "nameless", "head", "prefetch"],
    )
    def test_redirects_programs_and_does_not_count_them(self, client, method, headers, dropped):
        assert go(client, link(), method=method, **headers).status_code == 302
        assert AffiliateClick.objects.get().dropped == dropped

    def test_does_not_count_the_creator(self, client):
        mine = link()
        client.force_login(mine.creator)
        go(client, mine)
        assert AffiliateClick.objects.get().dropped == "own"

    def test_tells_a_closed_link_from_an_unknown_one(self, client):
        mine, paused = link(), link()
        retire_link(link_id=mine.pk, creator=mine.creator, at=NOW)
        AffiliateProgramme.objects.filter(pk=paused.programme_id).update(state="paused")
        assert [go(client, each).status_code for each in (mine, paused)] == [410, 410]
        assert client.get(reverse("partnerships:go", args=["nobodys"])).status_code == 404
        for code in ("%00", "abc%00def", "x" * 17):
            assert client.get(f"/go/{code}/").status_code == 404
        assert client.post(reverse("partnerships:go", args=[mine.code])).status_code == 405
        assert not AffiliateClick.objects.exists()

    def test_leads_to_no_host_that_the_programme_gave_up(self, client):
        mine = link()
        AffiliateProgramme.objects.update(hosts=["other.example"])
        assert go(client, mine).status_code == 410


class TestMakeLink:
    @pytest.mark.parametrize(
        "url",
        [
            "http://shop.example/",
            "https://evil.example/",
            "https://shop.example.evil.example/",
            "https://shop.example@evil.example/",
            "https://evil.example\\@shop.example/",
            "https://shop.example:8443/",
            "//shop.example/",
            "javascript://shop.example/%0aalert(1)",
            "https://shop.example /",
            "https://[shop.example/",
        ],
        ids=range(10),
    )
    def test_refuses_what_leads_elsewhere(self, url):
        of = programme()
        mine = link(of=of)
        assert not leads_to(url, of.hosts)
        with pytest.raises(UnableToMakeLink) as refusal:
            make_link(key=of.pk, creator=mine.creator, programme_id=of.pk, at=NOW, target_url=url)
        assert refusal.value.field == "target_url"

    def test_makes_one_link_of_a_key(self):
        mine = link()
        again = make_link(key=mine.pk, creator=mine.creator, programme_id=mine.programme_id, at=NOW)
        assert again == mine


class TestForget:
    def test_leaves_nothing_by_which_a_visitor_is_found_again(self):
        mine = link()
        first = click(mine)
        assert click(mine, at=NOW + MINUTE).ip_hash == first.ip_hash
        tomorrow = NOW + dt.timedelta(days=1)
        assert click(mine, at=tomorrow).ip_hash != first.ip_hash
        forget(at=tomorrow)
        assert list(AffiliateSalt.objects.values_list("date", flat=True)) == [tomorrow.date()]
        # Who comes to know all that is left can't make the same hash of the same address again.
        affiliate_clicks._salt.cache_clear()
        assert click(mine, at=NOW).ip_hash != first.ip_hash

    def test_blanks_old_clicks_and_deletes_what_never_counted(self):
        mine = link()
        first = click(mine, browser="b")
        click(mine, dropped="bot")
        forget(at=NOW + dt.timedelta(days=31))
        first.refresh_from_db()
        assert (first.ip_hash, first.device_hash, first.browser) == ("", "", "")
        assert AffiliateClick.objects.get() == first


def post(client, of, body: bytes | str, *, secret: str | None = None, event: str = "e1"):
    text = body if isinstance(body, str) else body.decode("latin-1")
    signature = Webhook(secret or of.secret).sign(event, dt.datetime.now(dt.UTC), text)
    return client.post(
        reverse("partnerships:affiliate_hook", args=[of.pk]),
        body,
        content_type="application/json",
        headers={
            "webhook-id": event,
            "webhook-timestamp": str(int(dt.datetime.now(dt.UTC).timestamp())),
            "webhook-signature": signature,
        },
    )


def told(by: AffiliateClick, **facts) -> str:
    data = {"order_id": 2**60 + 1, "amount": 10_000, "currency": "EUR", "click_id": str(by.pk)} | facts
    return json.dumps({"type": "conversion.created", "data": data})


class TestTheHook:
    def test_takes_what_its_merchant_signed(self, client):
        by = click(link())
        answer = post(client, by.link.programme, told(by))
        assert (answer.status_code, answer.json()["outcome"]) == (200, "applied")
        assert AffiliateConversion.objects.get().order_id == str(2**60 + 1)

    def test_answers_what_was_wrong(self, client):
        by, other = click(link()), programme()
        of = by.link.programme
        assert post(client, of, told(by), secret=other.secret).json()["code"] == "bad_signature"
        assert post(client, of, b"\xff\xfe").status_code == 400
        assert post(client, of, "[1]").json()["code"] == "invalid"
        assert post(client, of, "{", event="e2").json()["code"] == "not_json"
        assert post(client, of, told(by, amount="much"), event="e3").status_code == 422
        assert post(client, of, told(by), event="e3").status_code == 409
        assert post(client, of, " " * LARGEST_BODY + " ").status_code == 413
        of.pk = by.pk
        assert post(client, of, told(by)).status_code == 404
        assert not AffiliateConversion.objects.exists()

    def test_takes_the_secret_before_for_a_week(self, client):
        by = click(link())
        of = by.link.programme
        rotate_secret(programme_id=of.pk, actor=boss(), at=NOW)
        assert post(client, of, told(by)).status_code == 200
        with time_machine.travel(NOW + dt.timedelta(days=7), tick=False):
            assert post(client, of, told(by), event="e2").status_code == 400


class TestSignals:
    def test_send_an_order_of_the_creators_own_to_a_reviewer(self, client):
        mine = link()
        saw(person=mine.creator, address="198.51.99.7", device="d1", at=NOW)
        client.cookies[site.DEVICE_COOKIE] = "d1"
        go(client, mine)
        by = AffiliateClick.objects.get()
        assert by.browser == digest("device:d1")
        conversion = order(by, buyer={"ip": "198.51.99.7"})
        assert conversion.needs_review
        assert AffiliateSignal.objects.get().evidence == (
            "The creator has logged in from the same internet address; "
            "the creator has logged in from the same device."
        )

    def test_notice_one_buyer_on_many_links(self):
        buyer = {"email_sha256": "a" * 64}
        found = [order(click(link()), buyer=buyer).needs_review for _ in range(3)]
        assert found == [False, False, True]
        assert AffiliateSignal.objects.get().kind == "ring"

    def test_notice_many_orders_at_once(self):
        by = click(link())
        found = [order(by).needs_review for _ in range(11)]
        assert found == [False] * 10 + [True]
