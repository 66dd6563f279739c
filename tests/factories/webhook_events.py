"""Endpoints that listen, and what they were told."""

import json

from portal.models import WebhookEndpoint, WebhookEvent
from portal.webhook_types import types
from tests.factories.webhooks import endpoint_of


def listening(person) -> WebhookEndpoint:
    """To everything."""
    return endpoint_of(person, event_types=list(types()))


def told(person) -> list[tuple[str, dict]]:
    """Types and data of all that was published, oldest first; each as its type's example says."""
    found = []
    for event in WebhookEvent.objects.filter(owner=person).order_by("id"):
        body = json.loads(event.body)
        assert body.keys() == {"id", "type", "timestamp", "data"}
        assert shape(body["data"]) == shape(json.loads(json.dumps(types()[event.type].example)))
        found.append((event.type, body["data"]))
    return found


def shape(data):
    return {name: shape(part) for name, part in data.items()} if isinstance(data, dict) else None
