"""What happened, written down for those who want to be told: in the transaction that makes it true."""

import datetime as dt
import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from rest_framework.utils.encoders import JSONEncoder
from uuid_utils.compat import uuid7

from portal.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from portal.queries.webhooks import listening
from portal.webhook_states import DeliveryState
from portal.webhook_types import types


class UnknownType(Exception):
    """No product declares such a type of event."""


class WrongData(Exception):
    """An event's data has exactly the names that its type's example has."""


@dataclass(frozen=True)
class Happening:
    """`type` happened to a person at `at`. The same `key` is told once. `data` makes what is told of it, and
    is asked only where somebody listens."""

    person_id: uuid.UUID
    type: str
    key: str
    at: dt.datetime
    data: Callable[[], Mapping]


def publish(
    *, person_id: uuid.UUID, type: str, key: str, at: dt.datetime, data: Callable[[], Mapping]
) -> None:
    """Write one down, in the caller's transaction; as `Happening`.

    Raises UnknownType, and WrongData where somebody listens."""
    publish_all([Happening(person_id, type, key, at, data)])


def publish_all(happenings: Iterable[Happening]) -> int:
    """Write them down for every endpoint of their people that wants their types; one that is switched off
    misses them. Returns how many anybody listens to.

    Raises UnknownType, and WrongData where somebody listens."""
    happenings = list(happenings)
    if not happenings:
        return 0
    for each in happenings:
        if each.type not in types():
            raise UnknownType(f"No type of event is called {each.type}.")
    endpoints = defaultdict(list)
    people = {each.person_id for each in happenings}
    for endpoint in listening(max(each.at for each in happenings)).filter(owner__in=people):
        for code in endpoint.event_types:
            endpoints[endpoint.owner_id, code].append(endpoint)
    heard = [each for each in happenings if endpoints[each.person_id, each.type]]
    if not heard:
        return 0
    events = [_event(each) for each in heard]
    with transaction.atomic(savepoint=False):
        ids = write(events)
        deliveries = [
            delivery_of(endpoint, ids[each.key], each.at)
            for each in heard
            for endpoint in endpoints[each.person_id, each.type]
        ]
        WebhookDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return len(heard)


def _event(happening: Happening) -> WebhookEvent:
    data, known = happening.data(), types()[happening.type]
    if data.keys() != known.example.keys():
        raise WrongData(f"{happening.type} takes {', '.join(known.example)}, not {', '.join(data)}.")
    event = WebhookEvent(
        id=uuid7(), owner_id=happening.person_id, type=happening.type, key=happening.key, at=happening.at
    )
    event.body = body_of(event, data)
    return event


def body_of(event: WebhookEvent, data: Mapping) -> str:
    """What endpoints are sent."""
    told = {"id": event.id, "type": event.type, "timestamp": event.at.astimezone(dt.UTC), "data": data}
    return json.dumps(told, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"))


def write(events: list[WebhookEvent]) -> dict[str, uuid.UUID]:
    """{key: id} of what is kept: of a key that was told before, the first."""
    WebhookEvent.objects.bulk_create(events, ignore_conflicts=True)
    kept = WebhookEvent.objects.filter(key__in=[event.key for event in events])
    return dict(kept.values_list("key", "id"))


def delivery_of(endpoint: WebhookEndpoint, event_id: uuid.UUID, at: dt.datetime) -> WebhookDelivery:
    over_at = None if endpoint.is_on else at
    state = DeliveryState.WAITING if endpoint.is_on else DeliveryState.MISSED
    return WebhookDelivery(
        endpoint=endpoint, event_id=event_id, state=state, made_at=at, due_at=at, over_at=over_at
    )
