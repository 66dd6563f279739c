import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from portal.models import ApiKey, Notice
from tests.factories.keys import issue_key
from tests.factories.people import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/portal/apikey/"


@pytest.fixture
def desk(client):
    staff = StaffFactory()
    staff.user_permissions.set(Permission.objects.filter(codename__in=["view_apikey", "revoke_apikey"]))
    client.force_login(staff)
    return client


@pytest.fixture
def key():
    issue_key(user=UserFactory(), scopes=["wallet:read"], name="Phone")
    return ApiKey.objects.get()


def revoking(key) -> str:
    return reverse("admin:portal_apikey_actions", args=[key.pk, "revoke"])


class TestApiKeyAdmin:
    def test_revokes_with_a_reason_that_the_owner_reads(self, desk, key):
        assert "Revoke" in desk.post(revoking(key)).text
        desk.post(revoking(key), {"confirmed": "1", "reason": "It was found in public."})
        key.refresh_from_db()
        assert key.revoked_at
        told = Notice.objects.get(kind="api_key_revoked")
        assert (told.person, told.facts["why"]) == (key.user, "It was found in public.")
        assert "revoked" in LogEntry.objects.get().change_message

    def test_wants_a_reason(self, desk, key):
        page = desk.post(revoking(key), {"confirmed": "1", "reason": " "})
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["reason"])
        key.refresh_from_db()
        assert key.revoked_at is None

    def test_is_for_those_who_may(self, desk, key, client):
        assert desk.get(revoking(key)).status_code == 405
        staff = StaffFactory()
        staff.user_permissions.set(Permission.objects.filter(codename="view_apikey"))
        client.force_login(staff)
        client.post(revoking(key), {"confirmed": "1", "reason": "Because"})
        key.refresh_from_db()
        assert key.revoked_at is None

    def test_shows_no_digest(self, desk, key):
        page = desk.get(reverse("admin:portal_apikey_change", args=[key.pk])).text
        assert key.start in page
        assert key.digest not in page

    def test_lists_with_the_same_queries(self, desk, django_assert_num_queries):
        for _ in range(3):
            issue_key(user=UserFactory(), scopes=["wallet:read"])
        with django_assert_num_queries(6):  # session, person, two of rights, count, rows
            desk.get(LIST)

    def test_tells_the_revoked_from_the_others(self, desk, key):
        issue_key(user=key.user, scopes=["wallet:read"], name="Lost")
        ApiKey.objects.filter(name="Lost").update(revoked_at=key.created_at)
        assert "Not revoked" in desk.get(LIST).text
        for standing, name in (("in_force", "Phone"), ("lifted", "Lost")):
            rows = desk.get(LIST, {"standing": standing}).context["cl"].result_list
            assert [row.name for row in rows] == [name]
