"""What payment providers tell us: kept at once, handled once each."""

import datetime as dt
import uuid

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import OperationalError, transaction
from django.db.models import Q

from ledger.chart import COIN_FLOAT, COINS_ISSUED, PAYMENT_CLEARING, VIEWER_COINS
from ledger.operations import Transfer, post
from wallets.models import CoinPurchase, ProviderEvent
from wallets.notices import notify
from wallets.operations.disputes import hear_dispute, hear_refund
from wallets.operations.purchases import move
from wallets.operations.recoveries import settle_claims
from wallets.providers import EventKind, ForgedEvent, PaymentEvent, UnknownProvider, provider_named
from wallets.queries.purchases import parked_payment_events
from wallets.states import EventOutcome, PurchaseState
from wallets.webhooks import publish_completed

ENTRY_KIND = "coin_purchase"
MOST_AT_ONCE = 500
WORDS_KEPT = dt.timedelta(days=400)
"""Longer than any dispute of a payment takes: they hold names and addresses of buyers."""
_OURS = "Something went wrong on our side. Look at it again, once that is mended."
logger = structlog.get_logger(__name__)


def entry_key(purchase: CoinPurchase) -> str:
    return f"{ENTRY_KIND}:{purchase.pk}"


def keep_payment_event(*, event: PaymentEvent, at: dt.datetime) -> ProviderEvent:
    """Keep a provider's word, which the caller has verified, until a task handles it. The same again is the
    one that is kept already."""
    kept, _ = ProviderEvent.objects.get_or_create(
        provider=event.provider,
        event_id=event.id,
        defaults={
            "kind": event.kind,
            "raw": event.raw,
            "received_at": at,
            "outcome": EventOutcome.WAITING,
        },
    )
    return kept


def handle_payment_event(*, event: PaymentEvent, at: dt.datetime) -> ProviderEvent:
    """Keep a provider's word, which the caller has verified, and apply it at once.

    Repeated, late and out-of-order words do no harm: the provider's event id is handled once, a purchase is
    credited once, and money taken counts whatever was said before; refunds and disputes end in the same books
    in whatever order they are told. A word that contradicts the purchase (amount, currency, reference,
    provider) or names none is parked for staff and moves nothing, until the purchase it meant is found.
    """
    with transaction.atomic():
        kept = keep_payment_event(event=event, at=at)
        kept = ProviderEvent.objects.select_for_update().get(pk=kept.pk)
        if kept.outcome == EventOutcome.WAITING:
            _judge(kept, event, at)
    return kept


def handle_waiting(*, at: dt.datetime) -> int:
    """Apply what was kept, as `handle_payment_event` does, each alone and once: a worker that dies leaves it
    waiting. What can't be applied is parked for staff. Returns how many were looked at."""
    waiting = ProviderEvent.objects.filter(outcome=EventOutcome.WAITING).order_by("id")
    found = list(waiting.values_list("id", flat=True)[:MOST_AT_ONCE])
    for event_id in found:
        try:
            _handle(event_id, at)
        except OperationalError:  # it waits on
            logger.exception("payment_event_postponed", kept=str(event_id))
        except Exception:
            logger.exception("payment_event_failed", kept=str(event_id))
            waiting.filter(pk=event_id).update(outcome=EventOutcome.PARKED, note=_OURS)
    return len(found)


@transaction.atomic
def _handle(event_id: uuid.UUID, at: dt.datetime) -> None:
    free = ProviderEvent.objects.select_for_update(skip_locked=True)
    kept = free.filter(pk=event_id, outcome=EventOutcome.WAITING).first()
    if kept is not None:
        _judge(kept, provider_named(kept.provider).read_kept(kept.raw), at)


def forget_words(*, at: dt.datetime) -> int:
    """Empty what was received longer than WORDS_KEPT ago, but for what waits for somebody; what came of it
    stays. Returns how many."""
    old = ProviderEvent.objects.filter(received_at__lt=at - WORDS_KEPT).exclude(raw="")
    return old.exclude(outcome__in=[EventOutcome.WAITING, EventOutcome.PARKED]).update(raw="")


def look_again(*, event_id: uuid.UUID, at: dt.datetime, actor: AbstractBaseUser) -> ProviderEvent:
    """Apply a parked event once more, when what it lacked has been put right. It was verified when it came.
    An event that is no longer parked stays as it is.

    Raises ProviderEvent.DoesNotExist, providers.UnknownProvider, providers.ForgedEvent (it can't be read).
    """
    with transaction.atomic():
        kept = ProviderEvent.objects.select_for_update().get(pk=event_id)
        if kept.outcome == EventOutcome.PARKED:
            _judge(kept, provider_named(kept.provider).read_kept(kept.raw), at)
    logger.info("payment_event_again", kept=str(kept.pk), outcome=kept.outcome, actor=str(actor.pk))
    return kept


def _judge(kept: ProviderEvent, event: PaymentEvent, at: dt.datetime) -> None:
    kept.purchase = _purchase_meant(event)
    kept.payment_reference, kept.charge_reference = event.payment, event.charge
    kept.outcome, kept.note = _apply(event, kept.purchase, at)
    kept.save(update_fields=["purchase", "payment_reference", "charge_reference", "outcome", "note"])
    if kept.purchase and _name_payment(kept.purchase, event):
        _judge_early_words(kept.purchase, at)


def _purchase_meant(event: PaymentEvent) -> CoinPurchase | None:
    """The purchase, locked until the event has been applied."""
    purchases = CoinPurchase.objects.select_for_update().filter(provider=event.provider)
    if event.purchase_id:
        return purchases.filter(pk=event.purchase_id).first()
    names = {"provider_reference": event.reference, "payment_reference": event.payment}
    for name, reference in (names | {"charge_reference": event.charge}).items():
        if reference and (found := purchases.filter(**{name: reference}).first()):
            return found
    return None


def _name_payment(purchase: CoinPurchase, event: PaymentEvent) -> bool:
    """Keep the provider's names for a payment; True where one is new: it may have been spoken of by that."""
    if event.kind not in (EventKind.PAID, EventKind.CHARGED):
        return False
    names = {"payment_reference": event.payment, "charge_reference": event.charge}
    new = {name: told for name, told in names.items() if told and not getattr(purchase, name)}
    if new:
        CoinPurchase.objects.filter(pk=purchase.pk).update(**new)
        purchase.refresh_from_db()
    return bool(new)


def _judge_early_words(purchase: CoinPurchase, at: dt.datetime) -> None:
    """What was said of this payment before anybody knew whose it is."""
    known = Q()
    for name in ("payment_reference", "charge_reference"):
        if reference := getattr(purchase, name):
            known |= Q(**{name: reference})
    early = parked_payment_events().filter(known, provider=purchase.provider, purchase__isnull=True)
    for kept in early.select_for_update().order_by("id"):
        try:
            _judge(kept, provider_named(kept.provider).read_kept(kept.raw), at)
        except (ForgedEvent, UnknownProvider):
            logger.exception("early_payment_event_unreadable", kept=str(kept.pk))


def _apply(event: PaymentEvent, purchase: CoinPurchase | None, at: dt.datetime) -> tuple[EventOutcome, str]:
    if event.kind == EventKind.OTHER:
        return EventOutcome.IGNORED, ""
    if event.kind == EventKind.CHARGED:
        return EventOutcome.IGNORED, ""
    if purchase is None:
        return EventOutcome.PARKED, "It names no purchase that we know."
    if event.kind == EventKind.DISPUTE:
        return hear_dispute(purchase=purchase, event=event, at=at)
    if event.kind == EventKind.REFUND:
        return hear_refund(purchase=purchase, event=event, at=at)
    if purchase.provider_reference not in ("", event.reference):
        return EventOutcome.PARKED, f"The purchase's checkout is {purchase.provider_reference}."
    others = CoinPurchase.objects.filter(provider=event.provider, provider_reference=event.reference)
    if event.reference and others.exclude(pk=purchase.pk).exists():
        return EventOutcome.PARKED, f"Checkout {event.reference} belongs to another purchase."
    if event.kind == EventKind.PAID:
        return _settle(event, purchase, at)
    target = PurchaseState.FAILED if event.kind == EventKind.FAILED else PurchaseState.EXPIRED
    if move(purchase, target, at=at, reason=event.reason[:200], provider_reference=event.reference):
        return EventOutcome.APPLIED, ""
    return EventOutcome.IGNORED, f"The purchase was {purchase.state} already."


def _settle(event: PaymentEvent, purchase: CoinPurchase, at: dt.datetime) -> tuple[EventOutcome, str]:
    if (event.amount, event.currency) != (purchase.price, purchase.currency):
        return EventOutcome.PARKED, (
            f"It says {event.amount} {event.currency}; the price is {purchase.price} {purchase.currency} "
            "(in smallest parts)."
        )
    if purchase.state == PurchaseState.PAID:
        return EventOutcome.IGNORED, "The purchase was paid already."
    posted = post(
        kind=ENTRY_KIND,
        key=entry_key(purchase),
        at=at,
        transfers=[
            Transfer(COINS_ISSUED.platform(), VIEWER_COINS.of(purchase.viewer_id), purchase.coins),
            Transfer(
                PAYMENT_CLEARING.platform(purchase.currency),
                COIN_FLOAT.platform(purchase.currency),
                purchase.price,
            ),
        ],
    )
    move(
        purchase,
        PurchaseState.PAID,
        at=at,
        entry_id=posted.entry_id,
        reason="",
        provider_reference=event.reference,
    )
    notify(
        person=purchase.viewer,
        kind="coins_bought",
        key=f"purchase:{purchase.pk}",
        at=at,
        facts={
            "purchase": purchase.pk,
            "reference": purchase.reference,
            "coins": purchase.coins,
            "price": purchase.price,
            "currency": purchase.currency,
        },
        url=purchase.get_absolute_url(),
    )
    publish_completed(purchase, at=at)
    settle_claims(purchase_id=purchase.pk, at=at)
    return EventOutcome.APPLIED, ""
