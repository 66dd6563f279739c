"""Leaving in the browser, and staff's side of it."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from portal.models import Closure
from portal.operations.closing import GRACE, close
from tests.factories.closing import asked, holder
from tests.factories.gifts import give_coins
from tests.factories.payouts import NOW, requested_payout
from tests.factories.people import StaffFactory, UserFactory
from wallets.models import Gift

pytestmark = pytest.mark.django_db


class TestAdmin:
    def test_lists_closings(self, client, django_assert_num_queries):
        client.force_login(holder())
        for number in range(3):
            asked(UserFactory(), NOW + dt.timedelta(seconds=number))
        with django_assert_num_queries(6):
            page = client.get(reverse("admin:portal_closure_changelist"))
        assert page.text.count("field-asked_at") == 3

    def test_holds_one_back_and_logs_it(self, client):
        closure = asked(UserFactory())
        client.force_login(holder())
        url = reverse("admin:portal_closure_actions", args=[closure.pk, "hold_back"])
        assert client.get(url).status_code == 405
        assert client.post(url, {"confirmed": "1", "reason": ""}).status_code == 422
        assert client.post(url, {"confirmed": "1", "reason": "Police"}).status_code == 302
        closure.refresh_from_db()
        assert closure.hold_reason == "Police"
        assert "Police" in LogEntry.objects.get().change_message

    def test_shows_no_button_to_whoever_may_not(self, client):
        closure, staff = asked(UserFactory()), StaffFactory()
        staff.user_permissions.set(Permission.objects.filter(codename="view_closure"))
        client.force_login(staff)
        url = reverse("admin:portal_closure_actions", args=[closure.pk, "hold_back"])
        client.post(url, {"confirmed": "1", "reason": "x"})
        closure.refresh_from_db()
        assert closure.held_at is None


class TestPages:
    @pytest.fixture
    def proven(self, client):
        person = UserFactory()
        client.force_login(person)
        client.post(reverse("account_reauthenticate"), {"password": "portal-demo"})
        return person

    def test_asks_for_the_password_before_the_last_step(self, client):
        client.force_login(UserFactory())
        assert client.get(reverse("close_account")).status_code == 200
        answer = client.get(reverse("close_account_confirm"))
        assert answer.url.startswith(reverse("account_reauthenticate"))

    def test_wants_the_word_and_the_consent(self, client, proven):
        url = reverse("close_account_confirm")
        page = client.post(url, {"agreed": "{}", "word": "yes"})
        assert page.status_code == 422
        assert {"word", "gives_up"} <= set(page.context["form"].errors)
        assert not Closure.objects.exists()

    @pytest.mark.parametrize("agreed", ["", "[]", "nonsense", '{"COIN": "7"}'])
    def test_refuses_nonsense(self, client, proven, agreed):
        page = client.post(
            reverse("close_account_confirm"), {"agreed": agreed, "word": "CLOSE", "gives_up": "on"}
        )
        assert page.status_code == (302 if agreed == "{}" else 422)
        assert not Closure.objects.exists()

    def test_shows_again_what_has_changed(self, client, proven):
        give_coins(proven, 10)
        page = client.post(
            reverse("close_account_confirm"), {"agreed": "{}", "word": "close", "gives_up": "on"}
        )
        assert (page.status_code, "10 coins" in page.text) == (422, True)
        assert not Closure.objects.exists()

    def test_closes_and_logs_out(self, client, proven):
        give_coins(proven, 10)
        assert "10 coins" in client.get(reverse("close_account")).text
        agreed = client.get(reverse("close_account_confirm")).context["agreed_json"]
        page = client.post(
            reverse("close_account_confirm"),
            {"agreed": agreed, "word": "close", "gives_up": "on"},
            follow=True,
        )
        assert "Goodbye for now" in page.text
        closure = Closure.objects.get(person=proven)
        assert closure.given_up == {"COIN": 10}
        assert client.get(reverse("profile")).status_code == 302
        assert close(closure_id=closure.pk, at=timezone.now() + GRACE)

    def test_goes_no_further_while_something_stops_it(self, client):
        payout = requested_payout()
        client.force_login(payout.creator)
        client.post(reverse("account_reauthenticate"), {"password": "portal-demo"})
        page = client.get(reverse("close_account_confirm"), follow=True)
        assert payout.reference in page.text
        assert not Gift.objects.exists()
