import datetime as dt
import re
import uuid

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from portal.models import ApiKey, Notice
from portal.operations.keys import MOST
from portal.scopes import scopes_for
from tests.factories.keys import issue_key
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
KEYS, NEW = "/profile/keys/", "/profile/keys/new/"


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


def wish(**facts) -> dict:
    return {
        "name": "Stream deck", "scopes": ["wallet:read"], "expires": "30", "key_id": str(uuid.uuid4())
    } | facts  # fmt: skip


def prove(client) -> None:
    client.post(reverse("account_reauthenticate"), {"password": "portal-demo"})


def bearing(client, key: str):
    return client.get("/api/v1/wallet/", headers={"Authorization": f"Bearer {key}"})


class TestMake:
    def test_asks_for_the_password_first(self, client, person):
        assert client.get(NEW).url.startswith(reverse("account_reauthenticate"))
        assert client.post(NEW, wish()).status_code == 302
        assert not ApiKey.objects.exists()

    def test_takes_the_password_of_the_login_for_as_long(self, client, settings):
        creator = CreatorFactory()
        EmailAddress.objects.create(user=creator, email=creator.email, verified=True, primary=True)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            facts = {"login": creator.email, "password": "portal-demo"}
            client.post(reverse("account_login"), facts)
            assert client.get(NEW).status_code == 200
            assert client.get(reverse("payouts:add_method")).status_code == 302, "money wants it again"
            clock.shift(settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
            assert client.get(NEW).url.startswith(reverse("account_reauthenticate"))

    def test_shows_a_key_that_works_this_once(self, client, person):
        prove(client)
        page = client.post(NEW, wish())
        key = re.search(r"lum_[\w-]{40,}", page.text)[0]
        assert bearing(client, key).status_code == 200
        assert "no-store" in page.headers["Cache-Control"]
        assert key not in client.get(KEYS).text
        kept = ApiKey.objects.get()
        assert (kept.name, kept.scopes, (kept.expires_at - kept.created_at).days) == (
            "Stream deck",
            ["wallet:read"],
            30,
        )
        told = Notice.objects.get(person=person)
        assert (told.kind, told.to_mail, key in str(told.facts)) == ("api_key_made", True, False)

    def test_makes_one_of_a_form_that_is_sent_twice(self, client, person):
        prove(client)
        twice = wish()
        client.post(NEW, twice)
        page = client.post(NEW, twice)
        assert page.status_code == 422
        assert "made already" in page.text
        assert ApiKey.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"name": ""}, "name"), ({"scopes": []}, "scopes"), ({"scopes": ["all"]}, "scopes"),
         ({"scopes": ["payouts:write"]}, "scopes"), ({"expires": "3"}, "expires"),
         ({"key_id": "x"}, "key_id")],
        ids=["no name", "no scope", "no such scope", "of creators", "no such time", "no id"],
    )  # fmt: skip
    def test_refuses_beside_the_field(self, client, person, change, field):
        prove(client)
        page = client.post(NEW, wish(**change))
        assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
        assert not ApiKey.objects.exists()

    def test_offers_creators_what_is_theirs(self, client):
        client.force_login(CreatorFactory())
        prove(client)
        client.post(NEW, wish(scopes=["payouts:write"], expires=""))
        assert ApiKey.objects.get().expires_at is None

    def test_offers_staff_to_bring_metrics_and_viewers_not(self, client, person):
        prove(client)
        assert client.post(NEW, wish(scopes=["programmes:write"])).status_code == 422
        assert "programmes:write" in scopes_for(StaffFactory())

    def test_ends_at_so_many(self, client, person):
        now = timezone.now()
        ApiKey.objects.bulk_create(
            ApiKey(user=person, digest=str(number), created_at=now) for number in range(MOST)
        )
        prove(client)
        assert "Revoke one" in client.post(NEW, wish()).text
        ApiKey.objects.filter(digest="3").update(expires_at=now)
        assert client.post(NEW, wish()).status_code == 200

    def test_asks_staff_for_a_second_factor(self, client, settings):
        settings.STAFF_NEED_SECOND_FACTOR = True
        client.force_login(StaffFactory())
        prove(client)
        assert client.post(NEW, wish()).url == reverse("mfa_index")
        assert not ApiKey.objects.exists()


class TestKeys:
    def test_are_the_reader_s_alone_at_the_same_queries(self, client, person, django_assert_num_queries):
        issue_key(user=UserFactory(), scopes=["gifts:read"], name="Not mine")
        for number in range(3):
            issue_key(user=person, scopes=["wallet:read", "gifts:read"], name=f"Phone {number}")
        ApiKey.objects.filter(name="Phone 1").update(expires_at=timezone.now())
        with django_assert_num_queries(3):  # session, person, keys
            page = client.get(KEYS)
        assert [key.name for key in page.context["working"]] == ["Phone 2", "Phone 0"]
        assert [key.name for key in page.context["ended"]] == ["Phone 1"]
        assert "See gifts, tips and creators" in page.text
        assert "Not mine" not in page.text

    def test_say_when_they_were_used_within_five_minutes_once(self, client, person):
        key = issue_key(user=person, scopes=["wallet:read"])
        first = timezone.now()
        with time_machine.travel(first, tick=False) as clock:
            bearing(client, key)
            clock.shift(299)
            bearing(client, key)
            assert ApiKey.objects.get().last_used_at == first
            clock.shift(2)
            bearing(client, key)
            assert ApiKey.objects.get().last_used_at == first + dt.timedelta(seconds=301)

    def test_note_no_use_where_they_open_nothing(self, client, person):
        key = issue_key(user=person, scopes=["wallet:read"])
        person.is_active = False
        person.save()
        assert bearing(client, key).status_code == 401
        assert ApiKey.objects.get().last_used_at is None


class TestRevoke:
    def test_ends_a_key_at_once(self, client, person):
        key = issue_key(user=person, scopes=["wallet:read"], name="Phone")
        address = reverse("key_revoke", args=[ApiKey.objects.get().pk])
        assert "Phone is revoked" in client.post(address, follow=True).text
        assert bearing(client, key).status_code == 401
        first = ApiKey.objects.get().revoked_at
        client.post(address)
        assert ApiKey.objects.get().revoked_at == first

    def test_ends_nobody_else_s(self, client, person):
        key = issue_key(user=UserFactory(), scopes=["wallet:read"])
        address = reverse("key_revoke", args=[ApiKey.objects.get().pk])
        assert client.post(address).status_code == 404
        assert client.get(address).status_code == 405
        assert bearing(client, key).status_code == 200
