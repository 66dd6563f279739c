"""People's endpoints: what they want to be told, where, and the secrets that sign it."""

import base64
import datetime as dt
import json
import secrets
import uuid
from collections.abc import Iterable
from hashlib import sha256

import structlog
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from portal.models import WebhookDelivery, WebhookEndpoint
from portal.operations.notices import notify
from portal.outside import checked
from portal.queries.webhooks import endpoints_of
from portal.webhook_states import DeliveryState, OffBecause
from portal.webhook_types import types

MOST_ENDPOINTS = 10
OLD_SECRET = dt.timedelta(hours=24)
"""For so long a secret that was replaced signs beside the new one."""
_BYTES = 32
logger = structlog.get_logger(__name__)


class UnableToChangeWebhook(Exception):
    """Told to whoever asked; `field` is what it is about, if anything."""

    code = "webhook_unchanged"
    field = ""


class UnknownEndpoint(UnableToChangeWebhook):
    """There is no such endpoint, or it is someone else's."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("You have no such endpoint.")


class TooManyEndpoints(UnableToChangeWebhook):
    """Nobody has so many."""

    code = "too_many_endpoints"

    def __init__(self) -> None:
        super().__init__(f"You have {MOST_ENDPOINTS} endpoints. Remove one before you add another.")


class NoEventTypes(UnableToChangeWebhook):
    """An endpoint that is told nothing is none."""

    code = "no_event_types"
    field = "event_types"

    def __init__(self) -> None:
        super().__init__("Choose at least one type of event.")


class UnknownEventType(UnableToChangeWebhook):
    """No product declares such a type of event."""

    code = "unknown_event_type"
    field = "event_types"

    def __init__(self, code: str) -> None:
        super().__init__(f"No type of event is called {code[:60]}.")


class KeyReused(UnableToChangeWebhook):
    """Two requests with one key ask for different things."""

    code = "idempotency_conflict"

    def __init__(self) -> None:
        super().__init__("This key was used for another endpoint. Use a new one.")


class TwoSecretsSign(UnableToChangeWebhook):
    """The secret before still signs beside a new one. A third would end it early."""

    code = "two_secrets_sign"

    def __init__(self, until: dt.datetime) -> None:
        super().__init__(
            "There is a new secret already, and the one before signs beside it until "
            f"{until:%Y-%m-%d %H:%M} UTC. Make another after that."
        )


class SwitchedOffByStaff(UnableToChangeWebhook):
    """Only staff switch it on again."""

    code = "switched_off_by_staff"

    def __init__(self) -> None:
        super().__init__("Our staff switched this endpoint off. Write to us if you don't know why.")


class NotPermitted(Exception):
    """This person may not do that to other people's endpoints."""

    code = "not_permitted"

    def __init__(self) -> None:
        super().__init__("You are not permitted to do this.")


def add_endpoint(
    *, owner, url: str, event_types: Iterable[str], key: str, at: dt.datetime, description: str = ""
) -> WebhookEndpoint:
    """It is told of what happens from now on. The same key returns the first.

    Raises outside.UnusableAddress, NoEventTypes, UnknownEventType, TooManyEndpoints, KeyReused."""
    checked(url)
    wanted = _known(event_types)
    asked = sha256(json.dumps([url, wanted, description]).encode()).hexdigest()
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(pk=owner.pk)
        mine = WebhookEndpoint.objects.filter(owner=owner)
        if first := mine.filter(key=key).first():
            if first.asked != asked or first.off_because == OffBecause.REMOVED:
                raise KeyReused
            return first
        if endpoints_of(owner).count() >= MOST_ENDPOINTS:
            raise TooManyEndpoints
        return WebhookEndpoint.objects.create(
            owner=owner, url=url, event_types=wanted, description=description, key=key, asked=asked,
            secret=_new_secret(), made_at=at,
        )  # fmt: skip


def change_endpoint(
    *, owner, endpoint_id: uuid.UUID, at: dt.datetime, enabled: bool | None = None, **facts
) -> WebhookEndpoint:
    """Keep the given ones of `url`, `event_types` and `description`, and switch it on or off, if told.

    Raises UnknownEndpoint, outside.UnusableAddress, NoEventTypes, UnknownEventType, SwitchedOffByStaff."""
    if "url" in facts:
        checked(facts["url"])
    if "event_types" in facts:
        facts["event_types"] = _known(facts["event_types"])
    with transaction.atomic():
        endpoint = _mine(owner, endpoint_id)
        for name in ("url", "event_types", "description"):
            setattr(endpoint, name, facts.pop(name, getattr(endpoint, name)))
        if facts:
            raise TypeError(f"No part of an endpoint: {', '.join(sorted(facts))}.")
        endpoint.save(update_fields=["url", "event_types", "description"])
        if enabled is True:
            _turn_on(endpoint)
        elif enabled is False:
            turn_off(endpoint, OffBecause.OWNER, at=at)
    return endpoint


def rotate_secret(*, owner, endpoint_id: uuid.UUID, key: str, at: dt.datetime) -> WebhookEndpoint:
    """A new secret; for OLD_SECRET more the one before signs beside it. The same key rotates once.

    Raises UnknownEndpoint, TwoSecretsSign."""
    with transaction.atomic():
        endpoint = _mine(owner, endpoint_id)
        if endpoint.rotation_key != key:
            if endpoint.has_two_secrets(at):
                raise TwoSecretsSign(endpoint.previous_until)
            endpoint.previous_secret, endpoint.previous_until = endpoint.secret, at + OLD_SECRET
            endpoint.secret, endpoint.rotation_key = _new_secret(), key
            endpoint.save(update_fields=["secret", "previous_secret", "previous_until", "rotation_key"])
    return endpoint


def switch_on(*, owner, endpoint_id: uuid.UUID) -> WebhookEndpoint:
    """It is told again from now on; what it missed waits to be asked for (`webhook_replays`).

    Raises UnknownEndpoint, SwitchedOffByStaff."""
    with transaction.atomic():
        endpoint = _mine(owner, endpoint_id)
        _turn_on(endpoint)
    return endpoint


def switch_off(*, owner, endpoint_id: uuid.UUID, at: dt.datetime) -> WebhookEndpoint:
    """Nothing is sent to it any more. Raises UnknownEndpoint."""
    with transaction.atomic():
        endpoint = _mine(owner, endpoint_id)
        turn_off(endpoint, OffBecause.OWNER, at=at)
    return endpoint


def switch_off_as_staff(*, endpoint_id: uuid.UUID, actor, at: dt.datetime) -> WebhookEndpoint:
    """Its owner is told, and can't switch it on. Raises WebhookEndpoint.DoesNotExist, NotPermitted."""
    _assert_staff(actor)
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
        if endpoint.off_because != OffBecause.STAFF:
            endpoint.off_because = ""
            turn_off(endpoint, OffBecause.STAFF, at=at)
    return endpoint


def release_as_staff(*, endpoint_id: uuid.UUID, actor, at: dt.datetime) -> WebhookEndpoint:
    """Its owner may switch it on again. Raises WebhookEndpoint.DoesNotExist, NotPermitted."""
    _assert_staff(actor)
    taken = WebhookEndpoint.objects.filter(pk=endpoint_id, off_because=OffBecause.STAFF)
    taken.update(off_because=OffBecause.OWNER, off_at=at)
    return WebhookEndpoint.objects.get(pk=endpoint_id)


def remove_endpoint(*, owner, endpoint_id: uuid.UUID, at: dt.datetime) -> None:
    """For good. Its secret is forgotten at once, the rest with what it was told. Raises UnknownEndpoint."""
    with transaction.atomic():
        endpoint = _mine(owner, endpoint_id)
        turn_off(endpoint, OffBecause.OWNER, at=at)
        endpoint.off_because, endpoint.off_at = OffBecause.REMOVED, at
        endpoint.secret = endpoint.previous_secret = ""
        endpoint.save(update_fields=["off_because", "off_at", "secret", "previous_secret"])


def turn_off(endpoint: WebhookEndpoint, because: OffBecause, *, at: dt.datetime) -> None:
    """In the caller's transaction, who has locked the row. One that is off already stays as it is. Its owner
    is told, unless they did it."""
    if endpoint.off_because:
        return
    endpoint.off_because, endpoint.off_at = because, at
    endpoint.save(update_fields=["off_because", "off_at"])
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING)
    missed = waiting.update(state=DeliveryState.MISSED, over_at=at)
    logger.info("webhook_endpoint_off", endpoint=str(endpoint.pk), because=str(because))
    if because != OffBecause.OWNER:
        notify(
            person=endpoint.owner,
            kind="webhook_off",
            key=f"webhook-off:{endpoint.pk}:{at.isoformat()}",
            at=at,
            facts={
                "endpoint": str(endpoint),
                "url": endpoint.url,
                "because": str(because),
                "missed": missed,
            },
            url=reverse("webhook", args=[endpoint.pk]),
        )


def _turn_on(endpoint: WebhookEndpoint) -> None:
    if endpoint.off_because == OffBecause.STAFF:
        raise SwitchedOffByStaff
    if endpoint.off_because:
        endpoint.off_because, endpoint.off_at = "", None
        endpoint.failing_since = endpoint.rests_until = None
        endpoint.save(update_fields=["off_because", "off_at", "failing_since", "rests_until"])


def _mine(owner, endpoint_id: uuid.UUID) -> WebhookEndpoint:
    """Locked. Raises UnknownEndpoint."""
    endpoint = endpoints_of(owner).select_for_update(no_key=True, of=("self",)).filter(pk=endpoint_id).first()
    if endpoint is None:
        raise UnknownEndpoint
    return endpoint


def _assert_staff(actor) -> None:
    if not (actor.is_staff and actor.has_perm("portal.switch_off_webhookendpoint")):
        raise NotPermitted


def _known(codes: Iterable[str]) -> list[str]:
    """Each once, in the order in which they are declared. Raises NoEventTypes, UnknownEventType."""
    asked = set(codes)
    for code in sorted(asked - types().keys()):
        raise UnknownEventType(code)
    if not asked:
        raise NoEventTypes
    return [code for code in types() if code in asked]


def _new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(_BYTES)).decode()}"
