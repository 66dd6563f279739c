"""A refund that waits for a decision, a dispute that is open and one that was lost, told through the same
words that a provider sends. Told once: each purchase has a key of its own."""

import datetime as dt
from dataclasses import replace

from django.conf import settings
from django.urls import reverse

from portal.demo.people import SUPPORTERS
from portal.models import User
from wallets.models import CoinPurchase, GiftType
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift
from wallets.operations.purchases import record_purchase
from wallets.operations.refunds import request_refund
from wallets.providers import DisputeWord, EventKind, PaymentEvent
from wallets.providers.sandbox.site.claims import Claims
from wallets.providers.sandbox.site.store import Store
from wallets.queries.packages import packages_for
from wallets.queries.purchases import purchases_of
from wallets.states import DisputeState

KEY = "demo:claims:{}"


def tell(people: dict[str, User], now: dt.datetime) -> None:
    asking, disputing, lost = (people[person.email] for person in SUPPORTERS[:3])
    last = purchases_of(lost).filter(key=KEY.format("lost")).first()
    if last is not None and last.disputes.exists():
        return
    waits = _buy(asking, "refund", now - dt.timedelta(days=3))
    request_refund(purchase_id=waits.pk, viewer=asking, key="demo", at=now - dt.timedelta(hours=5))

    opened = _buy(disputing, "open", now - dt.timedelta(days=2))
    send_gift(
        viewer=disputing,
        creator=people["creator@demo.test"],
        gift_type=GiftType.objects.filter(coins__lte=100, available_until=None).order_by("-coins").first(),
        quantity=1,
        key=KEY.format("open"),
        at=now - dt.timedelta(days=2),
    )
    _dispute(opened, DisputeState.OPEN, now - dt.timedelta(hours=8), at_sandbox=_disputed(opened))

    gone = _buy(lost, "lost", now - dt.timedelta(days=40))
    reference = _disputed(gone, lost=True)
    _dispute(gone, DisputeState.OPEN, now - dt.timedelta(days=30), at_sandbox=reference)
    _dispute(gone, DisputeState.LOST, now - dt.timedelta(days=4), at_sandbox=reference)


def _buy(viewer: User, name: str, at: dt.datetime) -> CoinPurchase:
    package = next(each for each in packages_for(str(viewer.country), at) if each.coins >= 700)
    purchase = record_purchase(
        viewer=viewer, package_id=package.pk, key=KEY.format(name), at=at, provider="sandbox"
    )
    paid = _word(purchase, "paid", EventKind.PAID)
    handle_payment_event(event=replace(paid, reference=_checkout(purchase)), at=at)
    purchase.refresh_from_db()
    return purchase


def _checkout(purchase: CoinPurchase) -> str:
    """One that the sandbox knows as paid, so that it can give the money back. Returns its number there."""
    store = _store()
    page = f"{settings.SITE_URL}{purchase.get_absolute_url()}"
    order = {
        "reference": str(purchase.pk),
        "title": f"{purchase.coins:,} coins",
        "amount": purchase.price,
        "currency": purchase.currency,
        "email": purchase.viewer.email,
        "success_url": page,
        "cancel_url": page,
        "webhook_url": f"{settings.SITE_URL}{reverse('wallets:payment_hook', args=['sandbox'])}",
    }
    checkout, _new = store.open(order, str(purchase.pk))
    store.close(checkout["id"], "paid")
    return checkout["id"]


def _store() -> Store:
    path = settings.SANDBOX_CHECKOUT_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    return Store(path, lifetime=3600)


def _disputed(purchase: CoinPurchase, *, lost: bool = False) -> str:
    """A dispute that the sandbox knows, so that it can be asked about it. Returns its number there."""
    claims, checkout = Claims(_store()), purchase.provider_reference
    claims.dispute(checkout, purchase.price)
    claims.advance()
    [dispute] = claims.disputes(checkout)
    if lost:
        claims.decide(checkout, dispute["id"], "lost")
    return dispute["id"]


def _dispute(purchase: CoinPurchase, state: DisputeState, at: dt.datetime, *, at_sandbox: str) -> None:
    word = DisputeWord(at_sandbox, state, withdrawn=True)
    told = _word(purchase, state, EventKind.DISPUTE)
    handle_payment_event(event=replace(told, dispute=word, reason="fraudulent"), at=at)


def _word(purchase: CoinPurchase, name: str, kind: EventKind) -> PaymentEvent:
    return PaymentEvent(
        provider="sandbox",
        id=f"demo:{purchase.pk}:{name}",
        kind=kind,
        purchase_id=purchase.pk,
        amount=purchase.price,
        currency=purchase.currency,
        raw="{}",
    )
