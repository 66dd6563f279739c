"""People's endpoints and what they were told."""

import datetime as dt
import uuid

from django.db.models import Prefetch, Q, QuerySet

from portal.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from portal.webhook_states import UNDELIVERED, DeliveryState, OffBecause

MISSED_FOR = dt.timedelta(days=7)
"""So long an endpoint that is switched off has what happens kept for it, as missed."""


def listening(at: dt.datetime) -> QuerySet[WebhookEndpoint]:
    """Those for which is kept what happens at that moment."""
    forgotten = Q(off_because=OffBecause.REMOVED) | Q(off_at__lt=at - MISSED_FOR)
    return WebhookEndpoint.objects.filter(owner__is_active=True).exclude(forgotten)


def endpoints_of(person) -> QuerySet[WebhookEndpoint]:
    """Newest first, without those that were removed."""
    return WebhookEndpoint.objects.filter(owner=person).exclude(off_because=OffBecause.REMOVED)


def not_under_way(at: dt.datetime) -> Q:
    """Of deliveries: nobody has taken them to be sent right now."""
    return ~Q(state=DeliveryState.WAITING) | Q(taken_until__isnull=True) | Q(taken_until__lte=at)


def undelivered(at: dt.datetime) -> Q:
    """Of deliveries: those that failed or were missed, and those that failed so far and wait for another
    attempt."""
    later = Q(state=DeliveryState.WAITING, due_at__gt=at)
    return Q(state__in=UNDELIVERED) | (later & not_under_way(at))


def deliveries_of(endpoint_id: uuid.UUID, state: str = "") -> QuerySet[WebhookDelivery]:
    """Newest first, each with its attempts, oldest first; of one state, or all."""
    found = WebhookDelivery.objects.filter(endpoint_id=endpoint_id, **({"state": state} if state else {}))
    attempts = Prefetch("attempts", WebhookAttempt.objects.order_by("id"))
    return found.select_related("event").prefetch_related(attempts).order_by("-id")
