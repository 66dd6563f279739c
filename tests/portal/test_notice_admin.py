import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from portal.models import Notice
from tests.factories.notices import notice_of
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/portal/notice/"


@pytest.fixture
def desk(client):
    staff = StaffFactory()
    staff.user_permissions.set(Permission.objects.filter(codename="view_notice"))
    client.force_login(staff)
    return client


class TestNoticeAdmin:
    def test_shows_what_somebody_was_told(self, desk):
        notice = notice_of(CreatorFactory(), "payout_on_hold", reason="Send us your papers.")
        page = desk.get(LIST, {"q": notice.person.email}).text
        assert "Your payout is on hold" in page
        page = desk.get(reverse("admin:portal_notice_change", args=[notice.pk])).text
        assert "Send us your papers." in page
        assert "we write to you when it goes on" in page

    def test_changes_nothing(self, desk):
        notice = notice_of(CreatorFactory())
        url = reverse("admin:portal_notice_change", args=[notice.pk])
        assert desk.post(url, {"url": "/"}).status_code == 403
        assert desk.get(f"{LIST}add/").status_code == 403
        assert desk.post(url.replace("change", "delete")).status_code == 403

    def test_is_closed_to_other_staff(self, client):
        client.force_login(StaffFactory())
        assert client.get(LIST).status_code == 403

    def test_outlives_the_words_of_a_kind(self, desk):
        notice_of(CreatorFactory())
        Notice.objects.update(kind="forgotten")
        assert desk.get(LIST).status_code == 200

    def test_lists_with_the_same_queries(self, desk, django_assert_num_queries):
        for day in range(5):
            notice_of(CreatorFactory(), at=NOW + dt.timedelta(days=day))
        with django_assert_num_queries(6):  # session, person, two of rights, count, rows
            desk.get(LIST)
