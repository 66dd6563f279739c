"""A refund that waits for a decision, a dispute that is open and one that was lost, told through the same
words that a provider sends. Told once: each purchase has a key of its own."""

import datetime as dt
from dataclasses import replace
from functools import partial

from django.conf import settings
from django.urls import reverse

from portal.demo import Act
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


def acts(people: dict[str, User], now: dt.datetime) -> list[Act]:
    """Nothing where they were told before."""
    asking, disputing, lost = (people[person.email] for person in SUPPORTERS[:3])
    last = purchases_of(lost).filter(key=KEY.format("lost")).first()
    if last is not None and last.disputes.filter(state=DisputeState.LOST).exists():
        return []
    days, hours = (lambda ago: now - dt.timedelta(days=ago)), (lambda ago: now - dt.timedelta(hours=ago))
    return [
        (days(40), partial(_buy, lost, "lost")),
        (days(30), partial(_dispute, lost, "lost")),
        (days(4), partial(_lose, lost, "lost")),
        (days(3), partial(_buy, asking, "refund")),
        (days(2), partial(_buy, disputing, "open")),
        (days(2), partial(_give, disputing, people["creator@demo.test"])),
        (hours(8), partial(_dispute, disputing, "open")),
        (hours(5), partial(_ask, asking, "refund")),
    ]


def _buy(viewer: User, name: str, at: dt.datetime) -> None:
    package = next(each for each in packages_for(str(viewer.country), at) if each.coins >= 700)
    purchase = record_purchase(
        viewer=viewer, package_id=package.pk, key=KEY.format(name), at=at, provider="sandbox"
    )
    paid = _word(purchase, "paid", EventKind.PAID)
    handle_payment_event(event=replace(paid, reference=_checkout(purchase)), at=at)


def _bought(viewer: User, name: str) -> CoinPurchase:
    return purchases_of(viewer).get(key=KEY.format(name))


def _give(viewer: User, creator: User, at: dt.datetime) -> None:
    cheap = GiftType.objects.filter(coins__lte=100, available_until=None).order_by("-coins").first()
    send_gift(viewer=viewer, creator=creator, gift_type=cheap, quantity=1, key=KEY.format("open"), at=at)


def _ask(viewer: User, name: str, at: dt.datetime) -> None:
    request_refund(purchase_id=_bought(viewer, name).pk, viewer=viewer, key="demo", at=at)


def _dispute(viewer: User, name: str, at: dt.datetime) -> None:
    """One that the sandbox knows, so that it can be asked about it."""
    purchase = _bought(viewer, name)
    if purchase.disputes.exists():
        return
    claims, checkout = Claims(_store()), purchase.provider_reference
    claims.dispute(checkout, purchase.price)
    claims.advance()
    [dispute] = claims.disputes(checkout)
    _tell(purchase, DisputeState.OPEN, at, at_sandbox=dispute["id"])


def _lose(viewer: User, name: str, at: dt.datetime) -> None:
    purchase = _bought(viewer, name)
    reference = purchase.disputes.get().provider_reference
    Claims(_store()).decide(purchase.provider_reference, reference, "lost")
    _tell(purchase, DisputeState.LOST, at, at_sandbox=reference)


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


def _tell(purchase: CoinPurchase, state: DisputeState, at: dt.datetime, *, at_sandbox: str) -> None:
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
