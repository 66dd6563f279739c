import datetime as dt
import json
import os
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import connection, transaction
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from portal.models import Notice, WebhookAttempt, WebhookDelivery, WebhookEvent
from portal.operations import webhook_deliveries
from portal.operations.webhook_deliveries import AT_ONCE, PAUSES, TAKEN_FOR, deliver, signed_headers, take_due
from portal.operations.webhooks import rotate_secret, switch_off
from portal.webhook_states import DeliveryState, OffBecause
from tests.concurrency.threads import race
from tests.factories.payouts import NOW
from tests.factories.webhooks import endpoint_of, happen, work
from tests.portal.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SAMPLES = Path(os.environ.get("PORTAL_SAMPLES", project.BASE_DIR.parent / "shared" / "samples"))
VECTORS = SAMPLES / "webhooks" / "standard_webhooks_vectors.json"


@pytest.fixture(scope="module")
def _server():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def receiver(_server):
    url = _server.url
    _server.__dict__.update(Receiver(url=url).__dict__)
    return _server


@pytest.fixture
def endpoint(receiver):
    return endpoint_of(url=f"{receiver.url}/hooks?shop=1")


def verified(secret: str, heard: tuple) -> dict:
    """What a receiver makes of a request, whenever that was made."""
    _, headers, body = heard
    headers = {name.lower(): value for name, value in headers.items()}
    moment = dt.datetime.fromtimestamp(int(headers["webhook-timestamp"]), dt.UTC)
    mine = Webhook(secret).sign(headers["webhook-id"], moment, body.decode())
    assert mine in headers["webhook-signature"].split(" ")
    return json.loads(body)


class TestDeliver:
    def test_sends_what_the_library_verifies(self, endpoint, receiver):
        delivery = happen(endpoint)
        [attempt] = work(at=dt.datetime.now(dt.UTC))
        path, headers, body = receiver.heard[0]
        told = Webhook(endpoint.secret).verify(body, headers)
        assert told == json.loads(delivery.event.body)
        assert (told["type"], told["timestamp"]) == ("payout.paid", "2026-03-02T12:00:00Z")
        assert told["id"] == headers["webhook-id"] == str(delivery.event_id)
        assert (path, headers["Content-Type"]) == ("/hooks?shop=1", "application/json")
        assert headers["Host"] == receiver.url.removeprefix("http://")
        assert (attempt.status, attempt.error, attempt.succeeded) == (204, "", True)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.taken_until) == (DeliveryState.DELIVERED, None)
        assert work(at=NOW + DAY) == [], "it is sent once"

    def test_signs_with_both_secrets_while_they_overlap(self, endpoint, receiver):
        old = endpoint.secret
        rotate_secret(owner=endpoint.owner, endpoint_id=endpoint.pk, key="1", at=NOW)
        endpoint.refresh_from_db()
        happen(endpoint)
        work(at=NOW + dt.timedelta(hours=23))
        for secret in (old, endpoint.secret):
            assert verified(secret, receiver.heard[0])
        happen(endpoint)
        work(at=NOW + dt.timedelta(hours=25))
        assert verified(endpoint.secret, receiver.heard[1])
        with pytest.raises(AssertionError):
            verified(old, receiver.heard[1])

    def test_tries_again_over_days_then_gives_up(self, endpoint, receiver):
        receiver.will(500, b"oh\x00no", times=99)
        delivery, at = happen(endpoint), NOW
        for tries, pause in enumerate(PAUSES, 1):
            [attempt] = work(at=at)
            assert (attempt.status, attempt.answer) == (500, "oh�no")
            delivery.refresh_from_db()
            assert (delivery.state, delivery.tries) == (DeliveryState.WAITING, tries)
            assert at + pause <= delivery.due_at <= at + dt.timedelta(seconds=1) + 1.2 * pause
            assert take_due(at=delivery.due_at - dt.timedelta(seconds=1)) == []
            at = delivery.due_at
        work(at=at)
        delivery.refresh_from_db()
        endpoint.refresh_from_db()
        assert delivery.state == DeliveryState.FAILED
        assert delivery.attempts.count() == len(PAUSES) + 1
        assert at - NOW > 3 * DAY
        assert endpoint.off_because == OffBecause.FAILING
        notice = Notice.objects.get(kind="webhook_off")
        assert (notice.person, notice.to_mail) == (endpoint.owner, True)

    def test_keeps_an_endpoint_on_of_which_something_gets_through(self, endpoint, receiver):
        receiver.will(500)
        receiver.will(204)
        receiver.will(500, times=99)
        for days in (0, 2, 4):
            happen(endpoint, at=NOW + days * DAY)
            work(at=NOW + days * DAY)
        endpoint.refresh_from_db()
        assert endpoint.is_on
        work(at=NOW + 4.5 * DAY)
        endpoint.refresh_from_db()
        assert endpoint.off_because == ""
        assert endpoint.failing_since >= NOW + 2 * DAY, "not since its first failure"

    def test_goes_nowhere_when_redirected(self, endpoint, receiver):
        with receiving() as elsewhere:
            receiver.will(307, Location=f"{elsewhere.url}/internal")
            happen(endpoint)
            [attempt] = work()
            assert (attempt.status, attempt.succeeded) == (307, False)
            assert elsewhere.heard == []

    def test_switches_off_what_is_gone(self, endpoint, receiver):
        receiver.will(410)
        first, second = happen(endpoint), happen(endpoint)
        [pk, tries] = take_due(at=NOW)[0]
        deliver(delivery_id=pk, tries=tries, at=NOW)
        endpoint.refresh_from_db()
        assert endpoint.off_because == OffBecause.GONE
        states = WebhookDelivery.objects.values_list("pk", "state")
        other = ({first.pk, second.pk} - {pk}).pop()
        assert dict(states) == {pk: DeliveryState.FAILED, other: DeliveryState.MISSED}
        assert Notice.objects.get(kind="webhook_off").facts["missed"] == 1
        assert work(at=NOW + DAY) == []

    @pytest.mark.parametrize(
        ("status", "told", "seconds"),
        [
            (503, "120", 120),
            (503, "Mon, 02 Mar 2026 13:00:00 GMT", 3_600),
            (429, "", 60),
            (503, "soon", 60),
            (503, "999999999999", 86_400),
            (500, "-5", 0),
        ],
    )
    def test_leaves_an_endpoint_alone_that_asks_for_it(self, endpoint, receiver, status, told, seconds):
        receiver.will(status, **({"Retry_After": told} if told else {}))
        happen(endpoint)
        [attempt] = work()
        endpoint.refresh_from_db()
        rests = endpoint.rests_until or attempt.ended_at
        assert abs((rests - NOW).total_seconds() - seconds) < 3
        happen(endpoint)
        if seconds:
            assert take_due(at=NOW + dt.timedelta(seconds=seconds - 3)) == []

    def test_says_why_there_is_no_answer(self, receiver):
        endpoint = endpoint_of(url="http://127.0.0.1:9/")
        happen(endpoint)
        [attempt] = work()
        assert (attempt.status, attempt.error) == (None, "connection")

    def test_waits_no_longer_than_it_says(self, endpoint, receiver, monkeypatch):
        monkeypatch.setattr(webhook_deliveries, "SECONDS", 0.2)
        receiver.hold.clear()
        happen(endpoint)
        [attempt] = work()
        assert attempt.error == "timeout"

    def test_holds_no_transaction_during_the_request(self, endpoint, receiver, monkeypatch):
        seen = []

        def send(*arguments, real=webhook_deliveries._send):
            seen.append([block for block in connection.atomic_blocks if not block._from_testcase])
            seen.append(WebhookAttempt.objects.get().ended_at)
            return real(*arguments)

        monkeypatch.setattr(webhook_deliveries, "_send", send)
        happen(endpoint)
        work()
        assert seen == [[], None], "the attempt is there before its request, and nothing is open"

    def test_repeats_what_a_dead_worker_left(self, endpoint, receiver, monkeypatch):
        delivery = happen(endpoint)

        def die(*arguments, real=webhook_deliveries._send):
            real(*arguments)
            raise SystemExit

        with monkeypatch.context() as patch:
            patch.setattr(webhook_deliveries, "_send", die)
            with pytest.raises(SystemExit):
                work()
        assert take_due(at=NOW + TAKEN_FOR / 2) == []
        [attempt] = work(at=NOW + TAKEN_FOR)
        assert attempt.succeeded
        assert len({headers["webhook-id"] for _, headers, _ in receiver.heard}) == 1
        assert [each.ended_at is None for each in delivery.attempts.all()] == [True, False]

    def test_does_nothing_that_somebody_else_did(self, endpoint, receiver):
        happen(endpoint)
        [[pk, tries]] = take_due(at=NOW)
        assert deliver(delivery_id=pk, tries=tries, at=NOW).succeeded
        assert deliver(delivery_id=pk, tries=tries, at=NOW) is None
        assert len(receiver.heard) == 1

    def test_does_nothing_early_that_somebody_else_tried(self, endpoint, receiver):
        receiver.will(500)
        happen(endpoint)
        [[pk, tries]] = take_due(at=NOW)
        assert not deliver(delivery_id=pk, tries=tries, at=NOW).succeeded
        assert deliver(delivery_id=pk, tries=tries, at=NOW) is None
        assert len(receiver.heard) == 1

    def test_sends_nothing_to_what_is_switched_off(self, endpoint, receiver):
        happen(endpoint)
        [[pk, tries]] = take_due(at=NOW)
        switch_off(owner=endpoint.owner, endpoint_id=endpoint.pk, at=NOW)
        assert deliver(delivery_id=pk, tries=tries, at=NOW) is None
        assert receiver.heard == []


class TestTakeDue:
    def test_takes_of_one_endpoint_no_more_than_a_few_at_once(self, endpoint):
        other = endpoint_of(endpoint.owner)
        for _ in range(AT_ONCE + 2):
            happen(endpoint)
        assert len(take_due(at=NOW)) == 2 * AT_ONCE
        assert take_due(at=NOW) == []
        assert len(take_due(at=NOW + TAKEN_FOR)) == 2 * AT_ONCE
        assert other.deliveries.exclude(taken_until=None).count() == AT_ONCE

    @pytest.mark.django_db(transaction=True)
    def test_gives_each_to_one_worker(self, receiver):
        endpoint = endpoint_of(url=receiver.url)
        for _ in range(AT_ONCE):
            happen(endpoint)
        taken = [pk for found in race(lambda _: take_due(at=NOW), 4) for pk, _ in found]
        assert len(taken) == len(set(taken)) == AT_ONCE
        with transaction.atomic():
            assert WebhookEvent.objects.count() == AT_ONCE


class TestSignatures:
    @pytest.mark.skipif(
        not VECTORS.exists(), reason="the samples made by others are not beside this checkout"
    )
    def test_are_those_of_the_published_vectors(self):
        seen = set()
        for vector in json.loads(VECTORS.read_text()):
            moment = dt.datetime.fromtimestamp(int(vector["timestamp"]), dt.UTC)
            mine = Webhook(vector["secret"]).sign(vector["id"], moment, vector["payload"])
            assert (mine in vector["signature"].split(" ")) == vector["valid"]
            seen.add(vector["valid"])
        assert seen == {True, False}

    def test_cover_id_moment_and_body(self, endpoint):
        event = happen(endpoint).event
        headers = signed_headers(endpoint, event, dt.datetime.now(dt.UTC))
        assert Webhook(endpoint.secret).verify(event.body, headers)
        for change in (
            {"webhook-id": "other"},
            {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 1)},
        ):
            with pytest.raises(WebhookVerificationError):
                Webhook(endpoint.secret).verify(event.body, headers | change)
