"""Sending a test, or something once more, because its owner asks for it; and forgetting what is old."""

import datetime as dt
import uuid

from django.db import transaction
from uuid_utils.compat import uuid7

from portal.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from portal.operations.webhook_events import body_of, delivery_of, write
from portal.operations.webhooks import UnableToChangeWebhook, UnknownEndpoint
from portal.queries.webhooks import endpoints_of, not_under_way, undelivered
from portal.webhook_states import DeliveryState, OffBecause
from portal.webhook_types import TEST, TEST_EXAMPLE

KEPT = dt.timedelta(days=30)
"""What happened longer ago is forgotten, with what became of it."""
MOST_AT_ONCE = 5_000


class UnknownDelivery(UnableToChangeWebhook):
    """There is no such delivery, or it is someone else's."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("This endpoint has no such delivery.")


class IsSwitchedOff(UnableToChangeWebhook):
    """Nothing is sent to an endpoint that is off."""

    code = "switched_off"

    def __init__(self) -> None:
        super().__init__("This endpoint is switched off. Switch it on first.")


class UnderWay(UnableToChangeWebhook):
    """It is being sent right now."""

    code = "under_way"

    def __init__(self) -> None:
        super().__init__("This delivery is being sent right now. Wait for what comes of it.")


@transaction.atomic
def send_test(*, owner, endpoint_id: uuid.UUID, key: str, at: dt.datetime) -> WebhookDelivery:
    """Tell this endpoint alone that it is a test, whichever types it wants, in one attempt. The same key
    returns the first. Raises UnknownEndpoint, IsSwitchedOff."""
    endpoint = _on(owner, endpoint_id)
    event = WebhookEvent(id=uuid7(), owner=owner, type=TEST, key=f"test:{endpoint_id}:{key}", at=at)
    event.body = body_of(event, TEST_EXAMPLE)
    [event_id] = write([event]).values()
    WebhookDelivery.objects.bulk_create([delivery_of(endpoint, event_id, at)], ignore_conflicts=True)
    return WebhookDelivery.objects.select_related("event").get(endpoint=endpoint, event=event_id)


def replay(*, owner, endpoint_id: uuid.UUID, delivery_id: uuid.UUID, at: dt.datetime) -> WebhookDelivery:
    """Send it once more, under the same id, whatever became of it; at once where it waits for its next
    attempt.

    Raises UnknownEndpoint, UnknownDelivery, IsSwitchedOff, UnderWay."""
    _on(owner, endpoint_id)
    mine = WebhookDelivery.objects.filter(pk=delivery_id, endpoint_id=endpoint_id)
    if not _wait_again(mine.filter(not_under_way(at)), at) and mine.exists():
        raise UnderWay
    delivery = mine.select_related("event").first()
    if delivery is None:
        raise UnknownDelivery
    return delivery


def replay_all(*, owner, endpoint_id: uuid.UUID, since: dt.datetime, at: dt.datetime) -> int:
    """Send all that failed or was missed since that moment, and what waits for its next attempt; returns how
    many that are.

    Raises UnknownEndpoint, IsSwitchedOff."""
    _on(owner, endpoint_id)
    mine = WebhookDelivery.objects.filter(endpoint_id=endpoint_id, event__at__gte=since)
    return _wait_again(mine.filter(undelivered(at)), at)


def _wait_again(deliveries, at: dt.datetime) -> int:
    return deliveries.update(state=DeliveryState.WAITING, tries=0, due_at=at, taken_until=None, over_at=None)


def _on(owner, endpoint_id: uuid.UUID) -> WebhookEndpoint:
    endpoint = endpoints_of(owner).filter(pk=endpoint_id).first()
    if endpoint is None:
        raise UnknownEndpoint
    if not endpoint.is_on:
        raise IsSwitchedOff
    return endpoint


def forget(*, at: dt.datetime) -> int:
    """Delete events that are older than KEPT, but those that are to be sent to an endpoint that is on, with
    their deliveries and attempts, and endpoints that were removed as long ago. Returns how many events."""
    before = at - KEPT
    needed = WebhookDelivery.objects.filter(state=DeliveryState.WAITING, endpoint__off_because="")
    old = WebhookEvent.objects.filter(at__lt=before).exclude(pk__in=needed.values("event"))
    total = 0
    while found := list(old.order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE]):
        with transaction.atomic():
            WebhookEvent.objects.filter(pk__in=found).delete()
        total += len(found)
    WebhookEndpoint.objects.filter(off_because=OffBecause.REMOVED, off_at__lt=before).delete()
    return total
