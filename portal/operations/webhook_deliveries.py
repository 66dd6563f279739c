"""Telling endpoints, at least once each: an attempt is committed before its request, its outcome after it. A
worker that dies in between leaves a delivery that is taken again."""

import datetime as dt
import random
import time
import uuid
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from portal.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from portal.models.webhooks import ANSWER_KEPT
from portal.operations.webhooks import turn_off
from portal.outside import Answer, Unreachable, post
from portal.webhook_states import DeliveryState, OffBecause
from portal.webhook_types import TEST

# The schedule that the specification gives as an example: what passes before each attempt after the first.
PAUSES = [
    dt.timedelta(seconds=5),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=5),
    dt.timedelta(hours=10),
    dt.timedelta(hours=14),
    dt.timedelta(hours=20),
    dt.timedelta(hours=24),
]
JITTER = 0.2
"""Up to this share is put on top of each pause, by chance."""
GIVEN_UP_AFTER = dt.timedelta(days=3)
"""An endpoint of which nothing got through for so long is switched off."""
LONGEST_REST = dt.timedelta(hours=24)
BUSY_REST = dt.timedelta(seconds=60)
"""What an endpoint that is overloaded gets, unless it names a time."""
BUSY = frozenset({429, 502, 503, 504})
GONE = 410
SECONDS = 20
AT_ONCE = 4
MOST = 200
TAKEN_FOR = dt.timedelta(seconds=120)
"""Longer than any attempt takes, the wait for a worker included."""


# Of one endpoint never more than AT_ONCE on their way, so that none keeps all workers waiting; whichever has
# waited longest goes first. One look at an index for each endpoint, however much waits for it.
_TAKE = """
    UPDATE portal_webhookdelivery delivery SET taken_until = %(until)s
    FROM (
        SELECT next.id FROM portal_webhookendpoint endpoint
        CROSS JOIN LATERAL (
            SELECT count(*) AS number FROM portal_webhookdelivery taken
            WHERE taken.endpoint_id = endpoint.id AND taken.state = 'waiting' AND taken.taken_until > %(at)s
        ) busy
        CROSS JOIN LATERAL (
            SELECT waiting.id, waiting.due_at FROM portal_webhookdelivery waiting
            WHERE waiting.endpoint_id = endpoint.id AND waiting.state = 'waiting'
                AND waiting.due_at <= %(at)s
                AND (waiting.taken_until IS NULL OR waiting.taken_until <= %(at)s)
            ORDER BY waiting.due_at, waiting.id
            LIMIT greatest(%(at_once)s - busy.number, 0)
            FOR NO KEY UPDATE SKIP LOCKED
        ) next
        WHERE endpoint.off_because = ''
            AND (endpoint.rests_until IS NULL OR endpoint.rests_until <= %(at)s)
        ORDER BY next.due_at, next.id
        LIMIT %(most)s
    ) chosen
    WHERE delivery.id = chosen.id
    RETURNING delivery.id, delivery.tries
"""


def take_due(*, at: dt.datetime) -> list[tuple[uuid.UUID, int]]:
    """Take what is to be sent now: the ids of deliveries, each with how often it was tried. Whoever calls
    sees to it that each is delivered; what is not, is taken again when TAKEN_FOR is over."""
    facts = {"at": at, "until": at + TAKEN_FOR, "at_once": AT_ONCE, "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, facts)
        return cursor.fetchall()


def deliver(*, delivery_id: uuid.UUID, tries: int, at: dt.datetime) -> WebhookAttempt | None:
    """Make the next attempt of a delivery that was tried so often. None where somebody else has made it, or
    nothing is to be sent any more. Call it outside any transaction: none is open during the request."""
    attempt = _begin(delivery_id, tries, at)
    if attempt is None:
        return None
    delivery = attempt.delivery
    began = time.monotonic()
    error, answer = "", None
    try:
        answer = _send(delivery.endpoint, delivery.event, at)
    except Unreachable as problem:
        error = problem.error
    passed = dt.timedelta(seconds=time.monotonic() - began)
    attempt.ended_at, attempt.milliseconds = at + passed, int(passed.total_seconds() * 1000)
    attempt.error = error
    if answer is not None:
        attempt.status, attempt.answer = answer.status, _readable(answer.start)
    _end(attempt, answer)
    return attempt


def signed_headers(endpoint: WebhookEndpoint, event: WebhookEvent, at: dt.datetime) -> dict[str, str]:
    """Signed by every secret that holds at that moment."""
    secrets = [endpoint.secret]
    if endpoint.has_two_secrets(at):
        secrets.append(endpoint.previous_secret)
    moment = at.astimezone(dt.UTC)
    signatures = [Webhook(secret).sign(str(event.id), moment, event.body) for secret in secrets]
    return {
        "webhook-id": str(event.id),
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _begin(delivery_id: uuid.UUID, tries: int, at: dt.datetime) -> WebhookAttempt | None:
    with transaction.atomic(durable=True):
        waiting = WebhookDelivery.objects.filter(
            pk=delivery_id, state=DeliveryState.WAITING, tries=tries, endpoint__off_because=""
        )
        if not waiting.update(tries=F("tries") + 1, taken_until=at + TAKEN_FOR):
            return None
        delivery = WebhookDelivery.objects.select_related("endpoint", "event").get(pk=delivery_id)
        return WebhookAttempt.objects.create(delivery=delivery, began_at=at)


def _send(endpoint: WebhookEndpoint, event: WebhookEvent, at: dt.datetime) -> Answer:
    headers = signed_headers(endpoint, event, at) | {
        "Content-Type": "application/json",
        "User-Agent": f"{settings.SITE_NAME}-Webhooks/1 (+{settings.SITE_URL})",
    }
    return post(endpoint.url, headers=headers, body=event.body.encode(), within=SECONDS, most=4 * ANSWER_KEPT)


def _readable(start: bytes) -> str:
    return start.decode(errors="replace").replace("\x00", "�")[:ANSWER_KEPT]


@transaction.atomic(durable=True)
def _end(attempt: WebhookAttempt, answer: Answer | None) -> None:
    """Keep what came of an attempt, and what follows from it."""
    at = attempt.ended_at
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=attempt.delivery.endpoint_id)
    delivery = WebhookDelivery.objects.select_for_update(no_key=True).get(pk=attempt.delivery_id)
    attempt.save(update_fields=["ended_at", "milliseconds", "status", "error", "answer"])
    if delivery.state != DeliveryState.WAITING or delivery.tries != attempt.delivery.tries:
        return  # played again, or taken by somebody else, meanwhile
    delivery.taken_until = None
    if attempt.succeeded:
        _over(delivery, DeliveryState.DELIVERED, at)
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)
        return
    rest = _rest(answer, at)
    is_test = attempt.delivery.event.type == TEST
    if is_test or delivery.tries > len(PAUSES):
        _over(delivery, DeliveryState.FAILED, at)
    else:
        pause = PAUSES[delivery.tries - 1] * (1 + JITTER * random.random())  # noqa: S311  no secret
        delivery.due_at = max(at + pause, at + rest)
        delivery.save(update_fields=["due_at", "taken_until"])
    if is_test:
        return
    endpoint.failing_since = endpoint.failing_since or at
    endpoint.rests_until = at + rest if rest else endpoint.rests_until
    endpoint.save(update_fields=["failing_since", "rests_until"])
    if answer is not None and answer.status == GONE:
        _give_up(delivery, at)
        turn_off(endpoint, OffBecause.GONE, at=at)
    elif endpoint.failing_since <= at - GIVEN_UP_AFTER:
        _give_up(delivery, at)
        turn_off(endpoint, OffBecause.FAILING, at=at)


def _give_up(delivery: WebhookDelivery, at: dt.datetime) -> None:
    if delivery.state == DeliveryState.WAITING:
        _over(delivery, DeliveryState.FAILED, at)


def _over(delivery: WebhookDelivery, state: DeliveryState, at: dt.datetime) -> None:
    delivery.state, delivery.over_at = state, at
    delivery.save(update_fields=["state", "over_at", "taken_until"])


def _rest(answer: Answer | None, at: dt.datetime) -> dt.timedelta:
    """How long an endpoint wants to be left alone."""
    if answer is None:
        return dt.timedelta()
    told = answer.retry_after.strip()
    rest = BUSY_REST if answer.status in BUSY else dt.timedelta()
    if told.isascii() and told.isdigit():
        rest = dt.timedelta(seconds=min(int(told[:9]), LONGEST_REST.total_seconds()))
    elif told:
        try:
            moment = parsedate_to_datetime(told)
        except ValueError:
            return rest
        rest = (moment if timezone.is_aware(moment) else timezone.make_aware(moment, dt.UTC)) - at
    return min(max(rest, dt.timedelta()), LONGEST_REST)
