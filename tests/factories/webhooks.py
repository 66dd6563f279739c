"""Endpoints and events made for tests."""

import datetime as dt
import uuid

from portal.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from portal.operations.webhook_deliveries import deliver, take_due
from portal.operations.webhook_events import publish
from portal.operations.webhooks import add_endpoint
from portal.webhook_types import types
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory

PAID = "payout.paid"


def endpoint_of(owner=None, *, url: str = "https://example.com/hooks", event_types=(PAID,), at=NOW, **facts):
    return add_endpoint(
        owner=owner or CreatorFactory(),
        url=url,
        event_types=event_types,
        key=str(uuid.uuid4()),
        at=at,
        **facts,
    )


def happen(
    endpoint: WebhookEndpoint, code: str = PAID, *, at: dt.datetime = NOW, key: str = ""
) -> WebhookDelivery:
    """With the data of the type's example."""
    key = key or str(uuid.uuid4())
    publish(person_id=endpoint.owner_id, type=code, key=key, at=at, data=lambda: types()[code].example)
    return WebhookDelivery.objects.get(endpoint=endpoint, event__key=key)


def work(at: dt.datetime = NOW) -> list[WebhookAttempt | None]:
    """Take what is due and send it, one after the other."""
    return [deliver(delivery_id=pk, tries=tries, at=at) for pk, tries in take_due(at=at)]
