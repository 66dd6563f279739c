import datetime as dt
import uuid

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from portal.models import WebhookDelivery, WebhookEndpoint
from portal.operations.webhook_replays import KEPT, forget
from portal.operations.webhooks import MOST_ENDPOINTS, switch_off
from portal.webhook_states import DeliveryState, OffBecause
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from tests.factories.webhooks import PAID, endpoint_of, happen

pytestmark = pytest.mark.django_db
LIST, NEW = "/studio/webhooks/", "/studio/webhooks/new/"
ADDRESS = "https://example.com/hooks"


@pytest.fixture
def owner(client):
    owner = CreatorFactory()
    client.force_login(owner)
    return owner


@pytest.fixture
def endpoint(owner):
    return endpoint_of(owner, description="My bot")


def proven(client) -> None:
    """The password was asked for again, and given."""
    client.post(reverse("account_reauthenticate"), {"password": "portal-demo"})


class TestEndpoints:
    def test_ask_strangers_to_log_in(self, client):
        assert client.get(LIST).url.startswith(reverse("account_login"))

    def test_are_for_viewers_too(self, client):
        client.force_login(UserFactory())
        assert "No endpoint yet" in client.get(LIST).text

    def test_are_added_once(self, client, owner):
        form = {"url": ADDRESS, "event_types": [PAID, "gift.received"], "key": str(uuid.uuid4())}
        for _ in range(2):
            answer = client.post(NEW, form)
        made = WebhookEndpoint.objects.get()
        assert answer.url == made.get_absolute_url()
        assert (made.owner, made.event_types) == (owner, [PAID, "gift.received"])
        assert made.secret.startswith("whsec_")
        assert made.secret not in client.get(answer.url).text

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"url": "http://example.com/"}, "Only https"),
            ({"url": "https://192.168.1.1/"}, "not on the public internet"),
            ({"url": ""}, "This field is required"),
            ({"event_types": []}, "at least one type"),
            ({"event_types": ["weather"]}, "not one of the available choices"),
            ({"description": "x" * 121}, "at most 120"),
        ],
    )
    def test_refuse_what_can_not_be_told(self, client, owner, change, words):
        answer = client.post(NEW, {"url": ADDRESS, "event_types": [PAID]} | change)
        assert answer.status_code == 422
        assert words in answer.text
        assert not WebhookEndpoint.objects.exists()

    def test_tell_all_that_is_wrong_at_once(self, client, owner):
        answer = client.post(NEW, {"url": "https://192.168.1.1/"})
        assert set(answer.context["form"].errors) == {"url", "event_types"}

    def test_are_no_more_than_ten(self, client, owner):
        for _ in range(MOST_ENDPOINTS):
            endpoint_of(owner)
        answer = client.post(NEW, {"url": ADDRESS, "event_types": [PAID]})
        assert "Remove one" in answer.text
        assert WebhookEndpoint.objects.count() == MOST_ENDPOINTS

    def test_cost_the_same_however_many(self, client, owner, django_assert_num_queries):
        for _ in range(3):
            endpoint_of(owner)
        with django_assert_num_queries(3):  # session, person, endpoints
            assert client.get(LIST).text.count('class="card') == 3


class TestEndpoint:
    def test_shows_its_log_at_a_fixed_cost(self, client, endpoint, django_assert_num_queries):
        for number in range(3):
            delivery = happen(endpoint)
            for status in (500, 204)[:number]:
                delivery.attempts.create(began_at=NOW, ended_at=NOW, milliseconds=7, status=status)
        # session, person, endpoint, count of deliveries, deliveries, attempts, whether any is undelivered
        with django_assert_num_queries(7):
            page = client.get(endpoint.get_absolute_url()).text
        assert page.count("payout.paid</a>") == 3
        assert page.count("204 <span") == page.count("500 <span") == 1
        assert "None of these" in client.get(endpoint.get_absolute_url(), {"state": "failed"}).text

    def test_is_its_owners_alone(self, client, endpoint):
        delivery = happen(endpoint)
        client.force_login(CreatorFactory())
        for name in ("webhook", "edit_webhook"):
            assert client.get(reverse(name, args=[endpoint.pk])).status_code == 404
        assert client.get(delivery.get_absolute_url()).status_code == 404
        names = ("test_webhook", "webhook_on", "webhook_off", "remove_webhook", "replay_webhooks")
        for name in names:
            assert client.post(reverse(name, args=[endpoint.pk])).status_code == 404
        path = reverse("replay_webhook", args=[endpoint.pk, delivery.pk])
        assert client.post(path).status_code == 404
        proven(client)
        assert client.get(reverse("webhook_secret", args=[endpoint.pk])).status_code == 404
        endpoint.refresh_from_db()
        assert endpoint.is_on

    def test_is_changed(self, client, endpoint):
        path = reverse("edit_webhook", args=[endpoint.pk])
        assert f'value="{PAID}" checked' in client.get(path).text
        client.post(path, {"url": f"{ADDRESS}/2", "event_types": ["gift.received"]})
        endpoint.refresh_from_db()
        assert (endpoint.url, endpoint.event_types) == (f"{ADDRESS}/2", ["gift.received"])

    def test_is_switched_off_and_on_and_sends_what_it_missed(self, client, endpoint):
        waiting = happen(endpoint, at=timezone.now())
        client.post(reverse("webhook_off", args=[endpoint.pk]))
        waiting.refresh_from_db()
        assert waiting.state == DeliveryState.MISSED
        again = reverse("replay_webhooks", args=[endpoint.pk])
        since = {"since": "2026-01-01T00:00"}
        assert "switched off" in client.post(again, since, follow=True).text
        client.post(reverse("webhook_on", args=[endpoint.pk]))
        assert "1 event will be sent again" in client.post(again, since, follow=True).text
        waiting.refresh_from_db()
        assert (waiting.state, waiting.tries) == (DeliveryState.WAITING, 0)
        assert client.post(again, {"since": "soon"}).status_code == 422

    def test_is_removed_with_its_secret(self, client, endpoint):
        client.post(reverse("remove_webhook", args=[endpoint.pk]))
        endpoint.refresh_from_db()
        assert (endpoint.off_because, endpoint.secret) == (OffBecause.REMOVED, "")
        assert client.get(endpoint.get_absolute_url()).status_code == 404

    def test_is_tested_once_a_form(self, client, endpoint):
        key = {"key": str(uuid.uuid4())}
        for _ in range(2):
            answer = client.post(reverse("test_webhook", args=[endpoint.pk]), key)
        delivery = WebhookDelivery.objects.get()
        assert answer.url == delivery.get_absolute_url()
        assert "webhook.test" in client.get(answer.url).text

    def test_shows_what_was_sent_and_sends_it_again(self, client, endpoint):
        delivery = happen(endpoint)
        delivery.attempts.create(began_at=NOW, ended_at=NOW, milliseconds=7, status=500, answer="<b>no</b>")
        delivery.attempts.create(began_at=NOW)
        page = client.get(delivery.get_absolute_url()).text
        assert "P7K2M4X9QRTWA" in page
        assert "&lt;b&gt;no&lt;/b&gt;" in page
        assert "nobody knows whether it arrived" in page
        again = reverse("replay_webhook", args=[endpoint.pk, delivery.pk])
        later = timezone.now() + dt.timedelta(minutes=1)
        WebhookDelivery.objects.update(tries=1, due_at=later, taken_until=later)
        assert "Send it now" in client.get(delivery.get_absolute_url()).text
        assert "being sent right now" in client.post(again, follow=True).text
        WebhookDelivery.objects.update(state=DeliveryState.DELIVERED, over_at=NOW, taken_until=None)
        assert "sent once more" in client.post(again, follow=True).text
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.WAITING


class TestSecret:
    def test_is_shown_to_who_has_proven_it_is_them(self, client, endpoint):
        path = reverse("webhook_secret", args=[endpoint.pk])
        assert client.get(path).url.startswith(reverse("account_reauthenticate"))
        proven(client)
        answer = client.get(path)
        assert endpoint.secret in answer.text
        assert "no-store" in answer.headers["Cache-Control"]

    def test_is_replaced_once_a_form(self, client, endpoint):
        path = reverse("webhook_secret", args=[endpoint.pk])
        key = {"key": str(uuid.uuid4())}
        assert "reauth" in client.post(path, key).url
        proven(client)
        for _ in range(2):
            client.post(path, key)
        old = endpoint.secret
        endpoint.refresh_from_db()
        assert endpoint.secret != old
        assert endpoint.previous_secret == old
        page = client.get(path).text
        assert "the one before signs beside it" in page
        assert "Another can be made once" in page
        answer = client.post(path, {"key": str(uuid.uuid4())}, follow=True)
        assert "There is a new secret already" in answer.text


class TestStaff:
    def test_switch_off_what_its_owner_can_not_switch_on(self, client, endpoint):
        staff = StaffFactory()
        path = reverse("admin:portal_webhookendpoint_actions", args=[endpoint.pk, "switch_off"])
        codes = ["view_webhookendpoint", "view_webhookdelivery"]
        staff.user_permissions.set(Permission.objects.filter(codename__in=codes))
        client.force_login(staff)
        for page in (f"webhookendpoint/{endpoint.pk}/change/", "webhookendpoint/", "webhookdelivery/"):
            answer = client.get(f"/admin/portal/{page}")
            assert answer.status_code == 200
            assert endpoint.secret not in answer.text
        assert "You are not permitted" in client.post(path, {"confirmed": "1"}).text
        codes.append("switch_off_webhookendpoint")
        staff.user_permissions.set(Permission.objects.filter(codename__in=codes))
        assert client.post(path, {"confirmed": "1"}).status_code == 302
        endpoint.refresh_from_db()
        assert endpoint.off_because == OffBecause.STAFF
        client.force_login(endpoint.owner)
        answer = client.post(reverse("webhook_on", args=[endpoint.pk]), follow=True)
        assert "Our staff switched this endpoint off" in answer.text


class TestForget:
    def test_keeps_what_is_recent_or_to_be_sent(self, endpoint):
        old, waiting = happen(endpoint), happen(endpoint)
        WebhookDelivery.objects.filter(pk=old.pk).update(state=DeliveryState.DELIVERED, over_at=NOW)
        other = endpoint_of()
        happen(other)
        switch_off(owner=other.owner, endpoint_id=other.pk, at=NOW)
        recent = happen(endpoint, at=NOW + dt.timedelta(hours=1))
        assert forget(at=NOW + KEPT) == 0
        assert forget(at=NOW + KEPT + dt.timedelta(seconds=1)) == 2
        assert set(endpoint.deliveries.all()) == {waiting, recent}
