"""Buying coins: from the wish to the provider's checkout. How it ends is told in `events`."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from wallets import providers
from wallets.models import CoinPurchase
from wallets.queries.packages import package_for
from wallets.states import PurchaseState, sources


class PackageUnavailable(Exception):
    """Not on sale, or not in this viewer's country."""

    def __init__(self) -> None:
        super().__init__("This package is no longer on sale in your country. Choose another one.")


class KeyReused(Exception):
    """The viewer's key has already bought something else."""

    def __init__(self) -> None:
        super().__init__("This key was used for a different purchase. Use a new key for a new purchase.")


class CheckoutRefused(Exception):
    """The provider would not open a checkout; the purchase has failed. `purchase` is it."""

    def __init__(self, purchase: CoinPurchase) -> None:
        super().__init__("The payment provider refused this purchase. Nothing was charged.")
        self.purchase = purchase


class CheckoutUnknown(Exception):
    """The provider gave no answer; the purchase waits and can be opened again. `purchase` is it."""

    def __init__(self, purchase: CoinPurchase) -> None:
        super().__init__(
            "The payment provider does not answer at the moment. Nothing was charged, and your purchase is "
            "kept: try again in a minute."
        )
        self.purchase = purchase


def start_purchase(
    *, viewer, package_id: uuid.UUID, key: str, at: dt.datetime, provider: str | None = None
) -> CoinPurchase:
    """Record the wish and open the provider's checkout; the buyer goes on to its `checkout_url`.

    The same viewer and `key` return the same purchase. `provider` is `settings.PAYMENT_PROVIDER` unless told.

    Raises PackageUnavailable, KeyReused, CheckoutRefused, CheckoutUnknown, providers.UnknownProvider.
    """
    purchase = record_purchase(viewer=viewer, package_id=package_id, key=key, at=at, provider=provider)
    return open_checkout(purchase_id=purchase.pk, at=at)


def record_purchase(
    *, viewer, package_id: uuid.UUID, key: str, at: dt.datetime, provider: str | None = None
) -> CoinPurchase:
    """Commit the wish, at the price of that moment, before anybody else hears of it.

    Raises PackageUnavailable, KeyReused.
    """
    name = provider or settings.PAYMENT_PROVIDER
    known = CoinPurchase.objects.filter(viewer=viewer, key=key).first()
    if known is None:
        package = package_for(str(viewer.country), package_id, at)
        if package is None:
            raise PackageUnavailable
        # Durable: a row that a rollback could take back must not reach the provider.
        with transaction.atomic(durable=True):
            known, _created = CoinPurchase.objects.get_or_create(
                viewer=viewer,
                key=key,
                defaults={
                    "package": package,
                    "coins": package.coins,
                    "price": package.price,
                    "currency": package.currency,
                    "provider": name,
                    "created_at": at,
                },
            )
    if known.package_id != package_id:
        raise KeyReused
    return known


def open_checkout(*, purchase_id: uuid.UUID, at: dt.datetime) -> CoinPurchase:
    """Ask the provider for the checkout of a recorded purchase, unless it has one.

    May be repeated after CheckoutUnknown: the purchase's id is the provider's idempotency key, so that the
    question opens one checkout at most.

    Raises CheckoutRefused, CheckoutUnknown, providers.UnknownProvider.
    """
    purchase = CoinPurchase.objects.select_related("viewer").get(pk=purchase_id)
    if purchase.state != PurchaseState.CREATED:
        return purchase
    provider = providers.provider_named(purchase.provider)
    try:
        checkout = provider.open_checkout(_order(purchase))
    except providers.ProviderRefused as refusal:
        move(purchase, PurchaseState.FAILED, at=at, reason=str(refusal)[:200])
        raise CheckoutRefused(purchase) from refusal
    except providers.ProviderUnreachable as silence:
        raise CheckoutUnknown(purchase) from silence
    CoinPurchase.objects.filter(pk=purchase.pk, provider_reference="").update(
        provider_reference=checkout.reference, checkout_url=checkout.url, opened_at=at
    )
    move(purchase, PurchaseState.PENDING, at=at)  # unless its webhook was faster than this answer
    return purchase


def move(purchase: CoinPurchase, target: PurchaseState, *, at: dt.datetime, **facts) -> bool:
    """Take the purchase to `target` from a state that allows it; False where its state no longer does.
    Afterwards `purchase` is what the database holds."""
    if target != PurchaseState.PENDING:
        facts["closed_at"] = at
    moved = CoinPurchase.objects.filter(pk=purchase.pk, state__in=sources(target)).update(
        state=target, **facts
    )
    purchase.refresh_from_db()
    return bool(moved)


def _order(purchase: CoinPurchase) -> providers.Order:
    page = f"{settings.SITE_URL}{purchase.get_absolute_url()}"
    return providers.Order(
        purchase_id=purchase.pk,
        title=f"{purchase.coins:,} coins",
        price=purchase.price,
        currency=purchase.currency,
        email=purchase.viewer.email,
        return_url=page,
        cancel_url=f"{page}?left=1",
        webhook_url=f"{settings.SITE_URL}{reverse('wallets:payment_hook', args=[purchase.provider])}",
    )
