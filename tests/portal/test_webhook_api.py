import datetime as dt
import json
import uuid

import pytest
from django.utils import timezone

from portal.models import WebhookDelivery, WebhookEndpoint
from portal.operations.webhook_deliveries import take_due
from portal.operations.webhooks import OLD_SECRET, rotate_secret
from portal.webhook_states import DeliveryState
from portal.webhook_types import types
from tests.factories.keys import issue_key
from tests.factories.people import CreatorFactory
from tests.factories.webhooks import PAID, endpoint_of, happen

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/webhook-endpoints/"
WISH = {"url": "https://example.com/hooks", "event_types": [PAID]}


class Program:
    """Calls the API with a key of these scopes."""

    def __init__(self, client, person, *scopes: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {issue_key(user=person, name='t', scopes=list(scopes))}"}

    def __call__(self, method: str, path: str = "", body: dict | None = None, key: str = ""):
        headers = self.headers | {"Idempotency-Key": key or str(uuid.uuid4())}
        data = "" if body is None else json.dumps(body)
        return self.client.generic(
            method, f"{ROOT}{path}", data, content_type="application/json", headers=headers
        )


@pytest.fixture
def owner():
    return CreatorFactory()


@pytest.fixture
def call(client, owner):
    return Program(client, owner, "webhooks:read", "webhooks:write")


class TestWebhookEndpoints:
    def test_are_added_once_with_their_secret(self, call, owner):
        first, again = (call("POST", body=WISH, key="a") for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json()["id"] == again.json()["id"]
        made = WebhookEndpoint.objects.get()
        assert (made.owner, first.json()["secret"]) == (owner, made.secret)
        other = call("POST", body=WISH | {"url": "https://example.com/2"}, key="a")
        assert (other.status_code, other.json()["code"]) in [(409, "idempotency_conflict")]

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"url": "http://example.com/"}, 422, "unusable_address"),
            ({"event_types": ["weather"]}, 422, "unknown_event_type"),
            ({"event_types": []}, 400, "invalid"),
            ({"url": "https://a.com/\x00"}, 400, "invalid"),
            ({"enabled": True}, 400, "invalid"),
        ],
    )
    def test_refuse_what_can_not_be_told(self, call, change, status, code):
        answer = call("POST", body=WISH | change)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not WebhookEndpoint.objects.exists()

    def test_need_the_scope(self, client, owner):
        reads = Program(client, owner, "webhooks:read")
        assert reads("GET").status_code == 200
        assert reads("POST", body=WISH).status_code == 403

    def test_are_listed_without_secrets_at_a_fixed_cost(self, call, owner, django_assert_num_queries):
        for _ in range(3):
            endpoint_of(owner)
        endpoint_of()
        with django_assert_num_queries(2):  # the key, and the endpoints
            answer = call("GET")
        assert len(answer.json()["results"]) == 3
        assert "secret" not in answer.text

    def test_are_changed_switched_off_and_removed(self, call, owner):
        endpoint = endpoint_of(owner)
        changed = call("PATCH", f"{endpoint.pk}/", {"description": "Bot", "enabled": False}).json()
        assert (changed["description"], changed["enabled"], changed["off_because"]) == ("Bot", False, "owner")
        assert call("PATCH", f"{endpoint.pk}/", {"enabled": True}).json()["enabled"]
        assert call("DELETE", f"{endpoint.pk}/").status_code == 204
        assert call("GET", f"{endpoint.pk}/").status_code == 404

    def test_are_others_nobody_sees(self, call):
        endpoint = endpoint_of()
        delivery = happen(endpoint)
        for method, path in (
            ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "rotate-secret/"), ("POST", "test/"),
            ("GET", "deliveries/"), ("GET", f"deliveries/{delivery.pk}/"),
            ("POST", f"deliveries/{delivery.pk}/replay/"),
        ):  # fmt: skip
            body = {} if method != "GET" else None
            assert call(method, f"{endpoint.pk}/{path}", body).status_code == 404, path
        assert call("POST", f"{endpoint.pk}/replay/", {"since": "2026-01-01T00:00:00Z"}).status_code == 404

    def test_get_a_new_secret_once_a_key(self, call, owner):
        endpoint = endpoint_of(owner)
        first, again = (call("POST", f"{endpoint.pk}/rotate-secret/", key="r").json() for _ in range(2))
        assert first["secret"] == again["secret"] != endpoint.secret
        other = call("POST", f"{endpoint.pk}/rotate-secret/", key="s")
        assert (other.status_code, other.json()["code"]) == (409, "two_secrets_sign")
        before, now = endpoint.secret, timezone.now()
        endpoint.refresh_from_db()
        assert (endpoint.previous_secret, endpoint.secret) == (before, first["secret"])
        rotate_secret(owner=owner, endpoint_id=endpoint.pk, key="t", at=now + OLD_SECRET)
        endpoint.refresh_from_db()
        assert (endpoint.previous_secret, endpoint.secret == first["secret"]) == (first["secret"], False)


class TestDeliveries:
    def test_are_listed_shown_and_replayed(self, call, owner, django_assert_num_queries):
        endpoint = endpoint_of(owner)
        for _ in range(3):
            delivery = happen(endpoint, at=timezone.now())
        path = f"{endpoint.pk}/deliveries/"
        with django_assert_num_queries(4):  # the key, the endpoint, deliveries with events, attempts
            assert len(call("GET", path).json()["results"]) == 3
        assert call("GET", f"{path}?state=failed").json()["results"] == []
        assert call("GET", f"{path}?state=x").status_code == 400
        told = call("GET", f"{path}{delivery.pk}/").json()
        assert json.loads(told["body"])["id"] == told["event"] == str(delivery.event_id)
        WebhookDelivery.objects.update(state=DeliveryState.FAILED, over_at=timezone.now())
        assert call("POST", f"{path}{delivery.pk}/replay/").status_code == 202
        since = {"since": "2026-01-01T00:00:00Z"}
        assert call("POST", f"{endpoint.pk}/replay/", since).json() == {"replayed": 2}

    def test_that_wait_for_their_next_attempt_are_sent_at_once(self, call, owner):
        endpoint, now = endpoint_of(owner), timezone.now()
        first, second, sent = (happen(endpoint, at=now) for _ in range(3))
        WebhookDelivery.objects.update(tries=4, due_at=now + dt.timedelta(hours=2))
        WebhookDelivery.objects.filter(pk=sent.pk).update(taken_until=now + dt.timedelta(minutes=1))
        path, since = f"{endpoint.pk}/deliveries/", {"since": "2026-01-01T00:00:00Z"}
        answer = call("POST", f"{path}{sent.pk}/replay/")
        assert (answer.status_code, answer.json()["code"]) == (409, "under_way")
        assert call("POST", f"{path}{first.pk}/replay/").status_code == 202
        assert call("POST", f"{endpoint.pk}/replay/", since).json() == {"replayed": 1}, "the second"
        assert {pk for pk, tries in take_due(at=timezone.now()) if tries == 0} == {first.pk, second.pk}

    def test_of_a_test_event(self, call, owner):
        endpoint = endpoint_of(owner)
        first, again = (call("POST", f"{endpoint.pk}/test/", key="t") for _ in range(2))
        assert first.status_code == again.status_code == 202
        assert first.json()["type"] == "webhook.test"
        assert WebhookDelivery.objects.count() == 1


class TestEventTypes:
    def test_have_an_example_each(self, client, owner):
        key = issue_key(user=owner, name="t", scopes=["webhooks:read"])
        answer = client.get("/api/v1/webhook-event-types/", headers={"Authorization": f"Bearer {key}"})
        assert {each["type"] for each in answer.json()} == set(types())
        assert all(each["example"] for each in answer.json())
