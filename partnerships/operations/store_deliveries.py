"""What stores send: kept at once, handled once each."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import OperationalError, transaction
from django.db.models import Q

from ledger.encryption import seal
from partnerships.merch_states import DeliveryOutcome, Platform, StoreState
from partnerships.merchandise import woocommerce
from partnerships.merchandise.facts import Told, latest
from partnerships.merchandise.reading import NotCounted, Unreadable, parsed, text
from partnerships.merchandise.signatures import DIALECTS, is_signed
from partnerships.models import RawDelivery, Store
from partnerships.notices import notify
from partnerships.operations.merch_orders import NotPermitted, learn
from partnerships.operations.stores import UnknownStore

LARGEST_BODY = 1024 * 1024  # bytes
MOST_AT_ONCE = 500
KEPT = dt.timedelta(days=90)
"""For so long what a store sent can be looked at and played again. It names buyers."""
AHEAD = dt.timedelta(hours=14)
"""Clocks differ, and a shop that tells no zone may be in the easternmost one."""
_OURS = "Something went wrong on our side. Play it again; if it fails again, our staff will look at it."
_TELLING = dt.timedelta(minutes=1)
logger = structlog.get_logger(__name__)


class TooLarge(Exception):
    code = "too_large"

    def __init__(self) -> None:
        super().__init__("A delivery has 1 MiB at most.")


class Forged(Exception):
    code = "forged"

    def __init__(self) -> None:
        super().__init__("The signature is not that of this store's secret.")


class NotReplayable(Exception):
    code = "not_replayable"

    def __init__(self) -> None:
        super().__init__("This delivery waits to be handled, or there is nothing to play again.")


def receive(
    *, store_id: uuid.UUID, headers: Mapping[str, str], body: bytes, at: dt.datetime
) -> RawDelivery | None:
    """Keep what a store sent, unread, once its signature was found good. The same message again is the one
    that is kept already. None for a greeting that nobody signs: WooCommerce's ping.

    Raises UnknownStore (removed ones too), TooLarge, Forged."""
    if len(body) > LARGEST_BODY:
        raise TooLarge
    store = Store.objects.exclude(state=StoreState.REMOVED).filter(pk=store_id).first()
    if store is None:
        raise UnknownStore
    told = {name.lower(): value for name, value in headers.items()}
    if store.platform == Platform.WOOCOMMERCE and woocommerce.is_ping(body):
        return None
    if not any([is_signed(store.platform, secret, told, body) for secret in store.secrets_at(at)]):
        _refuse(store, at)
        raise Forged
    dialect = DIALECTS[Platform(store.platform)]
    digest = hashlib.sha256(body).hexdigest()
    delivery, new = RawDelivery.objects.get_or_create(
        store=store,
        delivery_id=text(told.get(dialect.delivery), 100) or f"body {digest}",
        digest=digest,
        defaults={
            "topic": text(told.get(dialect.topic), 60),
            "headers": {
                name: text(told[name], 300) for name in (*dialect.kept, dialect.source) if name in told
            },
            "sealed": seal(body),
            "received_at": at,
        },
    )
    if new:
        Store.objects.filter(pk=store.pk).update(last_delivery_at=at)
    return delivery


def _refuse(store: Store, at: dt.datetime) -> None:
    """Its creator sees that something came; strangers don't make us write at every attempt."""
    stale = Q(refused_at=None) | Q(refused_at__lt=at - _TELLING)
    Store.objects.filter(stale, pk=store.pk).update(refused_at=at)


def handle_waiting(*, at: dt.datetime) -> int:
    """Handle each that waits, alone. Those of a paused store wait on. Returns how many were looked at."""
    waiting = RawDelivery.objects.filter(
        outcome=DeliveryOutcome.WAITING, store__state__in=(StoreState.ACTIVE, StoreState.REMOVED)
    )
    found = list(waiting.order_by("received_at", "id").values_list("id", flat=True)[:MOST_AT_ONCE])
    for delivery_id in found:
        try:
            handle(delivery_id=delivery_id, at=at)
        except OperationalError:  # it waits on
            logger.exception("store_delivery_postponed", delivery=str(delivery_id))
        except Exception:
            logger.exception("store_delivery_failed", delivery=str(delivery_id))
            RawDelivery.objects.filter(pk=delivery_id, outcome=DeliveryOutcome.WAITING).update(
                outcome=DeliveryOutcome.FAILED, reason=_OURS, handled_at=at
            )
    return len(found)


def handle(*, delivery_id: uuid.UUID, at: dt.datetime) -> RawDelivery | None:
    """Read a delivery that waits and do what it says. None where somebody else has it, or had it."""
    with transaction.atomic():
        delivery = (
            RawDelivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("store__creator")
            .filter(pk=delivery_id, outcome=DeliveryOutcome.WAITING)
            .first()
        )
        if delivery is None:
            return None
        delivery.outcome, delivery.reason = _judge(delivery, at)
        delivery.handled_at = at
        delivery.save(update_fields=["outcome", "reason", "handled_at", "topic", "order"])
        if delivery.outcome == DeliveryOutcome.FAILED:
            _tell(delivery, at)
    return delivery


def _judge(delivery: RawDelivery, at: dt.datetime) -> tuple[DeliveryOutcome, str]:
    store = delivery.store
    dialect = DIALECTS[Platform(store.platform)]
    try:
        source = _source(delivery.headers.get(dialect.source, ""))
        if source and store.domain and source != store.domain:
            raise Unreadable(f"It comes from {source}; this store is {store.domain}.")
        body = parsed(delivery.body)
        delivery.topic = delivery.topic or text(body.get("type"), 60)
        told = dialect.told(delivery.topic, delivery.headers, body, store.currency)
        _refuse_ahead(told, at)
    except Unreadable as problem:
        return DeliveryOutcome.FAILED, str(problem)[:300]
    except NotCounted as reason:
        return DeliveryOutcome.IGNORED, str(reason)[:300]
    if source and not store.domain:
        Store.objects.filter(pk=store.pk, domain="").update(domain=source)
        store.domain = source
    delivery.order = learn(store=store, told=told, at=at)
    return DeliveryOutcome.DONE, ""


def _refuse_ahead(told: Told, at: dt.datetime) -> None:
    """Income of days to come, or a word that no later one could change. Raises Unreadable."""
    moment, what = latest(told)
    when = dt.datetime.fromisoformat(moment)
    if when > at + AHEAD:
        raise Unreadable(f"It says {what} on {when:%Y-%m-%d} at {when:%H:%M} UTC, which is still to come.")


def _source(told: str) -> str:
    """A shop's own address, told bare or as a URL."""
    try:
        return (urlsplit(told if "//" in told else f"//{told}").hostname or "")[:253]
    except ValueError:
        return ""


def _tell(delivery: RawDelivery, at: dt.datetime) -> None:
    """Once a day and store."""
    store = delivery.store
    notify(
        person=store.creator,
        kind="store_delivery_failed",
        key=f"store_delivery_failed:{store.pk}:{at:%Y-%m-%d}",
        at=at,
        facts={"store": store.name, "reason": delivery.reason},
        url=store.get_absolute_url(),
    )


def replay(*, delivery_id: uuid.UUID, actor: AbstractBaseUser, at: dt.datetime) -> RawDelivery:
    """Let a delivery be handled again: a creator's own that failed, and any for permitted staff. To learn the
    same twice changes nothing. Raises RawDelivery.DoesNotExist, NotReplayable, NotPermitted."""
    delivery = RawDelivery.objects.select_related("store").get(pk=delivery_id)
    if actor.has_perm("partnerships.replay_rawdelivery"):
        outcomes = set(DeliveryOutcome) - {DeliveryOutcome.WAITING}
    elif delivery.store.creator_id == actor.pk:
        outcomes = {DeliveryOutcome.FAILED}
    else:
        raise NotPermitted
    again = RawDelivery.objects.filter(pk=delivery_id, outcome__in=outcomes)
    if not again.update(outcome=DeliveryOutcome.WAITING, reason="", handled_at=None):
        raise NotReplayable
    logger.info("store_delivery_again", delivery=str(delivery_id), actor=str(actor.pk))
    return handle(delivery_id=delivery_id, at=at) or RawDelivery.objects.get(pk=delivery_id)


def forget(*, at: dt.datetime) -> int:
    """Delete what was received longer than KEPT ago and does not wait; what it told of orders stays. Sent
    again after that, it is read again, and changes nothing. Returns how many."""
    old = RawDelivery.objects.filter(received_at__lt=at - KEPT).exclude(outcome=DeliveryOutcome.WAITING)
    return old.delete()[0]
