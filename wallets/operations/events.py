"""What payment providers tell us, each message handled once."""

import datetime as dt
import uuid

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from ledger.chart import COIN_FLOAT, COINS_ISSUED, PAYMENT_CLEARING, VIEWER_COINS
from ledger.operations import Transfer, post
from wallets.models import CoinPurchase, ProviderEvent
from wallets.operations.purchases import move
from wallets.providers import EventKind, PaymentEvent, provider_named
from wallets.states import EventOutcome, PurchaseState

ENTRY_KIND = "coin_purchase"
logger = structlog.get_logger(__name__)


def entry_key(purchase: CoinPurchase) -> str:
    return f"{ENTRY_KIND}:{purchase.pk}"


def handle_payment_event(*, event: PaymentEvent, at: dt.datetime) -> ProviderEvent:
    """Apply a provider's word, which the caller has verified, and keep it as received.

    Repeated, late and out-of-order words do no harm: the provider's event id is handled once, a purchase is
    credited once, and money taken counts whatever was said before. A word that contradicts the purchase
    (amount, currency, reference, provider) or names none is parked for staff and moves nothing.
    """
    with transaction.atomic():
        known, new = ProviderEvent.objects.get_or_create(
            provider=event.provider,
            event_id=event.id,
            defaults={
                "kind": event.kind,
                "raw": event.raw,
                "received_at": at,
                "outcome": EventOutcome.IGNORED,
            },
        )
        if new:
            _judge(known, event, at)
    return known


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
    kept.outcome, kept.note = _apply(event, kept.purchase, at)
    kept.save(update_fields=["purchase", "outcome", "note"])


def _purchase_meant(event: PaymentEvent) -> CoinPurchase | None:
    """The purchase, locked until the event has been applied."""
    purchases = CoinPurchase.objects.select_for_update().filter(provider=event.provider)
    if event.purchase_id:
        return purchases.filter(pk=event.purchase_id).first()
    return purchases.filter(provider_reference=event.reference).first() if event.reference else None


def _apply(event: PaymentEvent, purchase: CoinPurchase | None, at: dt.datetime) -> tuple[EventOutcome, str]:
    if event.kind == EventKind.OTHER:
        return EventOutcome.IGNORED, ""
    if purchase is None:
        return EventOutcome.PARKED, "It names no purchase that we know."
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
    return EventOutcome.APPLIED, ""
