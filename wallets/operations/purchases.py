"""Buying coins: from the wish to the provider's checkout. How it ends is told in `events`."""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.urls import reverse

from wallets import providers
from wallets.ages import assert_adult
from wallets.models import CoinPurchase, Promotion
from wallets.queries.freezes import freezes_in_force
from wallets.queries.limits import cooling_off
from wallets.queries.offers import Offer, amount_limits, amount_offer, offer_of, offers_for
from wallets.states import PurchaseState, sources
from wallets.velocity import assert_within_limits


class UnableToBuy(Exception):
    """The purchase is not begun; `code` names the reason to programs."""

    code = "refused"


class PackageUnavailable(UnableToBuy):
    """Not on sale, or not in this viewer's country."""

    code = "package_unavailable"

    def __init__(self) -> None:
        super().__init__("This package is no longer on sale in your country. Choose another one.")


class AmountOutsideLimits(UnableToBuy):
    """Too few coins, or too many at once."""

    code = "amount_outside_limits"

    def __init__(self, smallest: int, largest: int) -> None:
        super().__init__(f"Choose between {smallest:,} and {largest:,} coins.")


class OfferChanged(UnableToBuy):
    """The buyer has been shown another price, or another number of coins."""

    code = "offer_changed"

    def __init__(self) -> None:
        super().__init__(
            "This offer has just changed: its promotion ended or sold out, or there is a new price. Nothing "
            "was bought. Look at the prices and choose again."
        )


class CoolingOff(UnableToBuy):
    """The viewer has chosen to buy nothing for a while."""

    code = "cooling_off"

    def __init__(self) -> None:
        super().__init__("You chose to buy and send nothing for a while. Your limits say until when.")


class WalletFrozen(UnableToBuy):
    """Coins are not sold into a wallet that they could not leave."""

    code = "wallet_frozen"

    def __init__(self) -> None:
        super().__init__("Your wallet is frozen. Your wallet's page says why and whom to ask.")


class KeyReused(Exception):
    """The viewer's key has already bought something else."""

    def __init__(self) -> None:
        super().__init__("This key was used for a different purchase. Use a new key for a new purchase.")


class CheckoutRefused(Exception):
    """The provider would not open a checkout; `purchase` has failed, and its key is free."""

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
    *,
    viewer,
    package_id: uuid.UUID | None = None,
    coins: int | None = None,
    key: str,
    at: dt.datetime,
    shown: tuple[int, int] | None = None,
    provider: str | None = None,
) -> CoinPurchase:
    """Record the wish for a package or for a number of coins, and open the provider's checkout; the buyer
    goes on to its `checkout_url`.

    The same viewer and `key` return the same purchase, unless the provider refused it. `shown` is what the
    buyer was told that they get: coins, and the price in the smallest part of the currency. `provider` is
    `settings.PAYMENT_PROVIDER` unless told.

    Raises what `record_purchase` does, CheckoutRefused, CheckoutUnknown, providers.UnknownProvider.
    """
    purchase = record_purchase(
        viewer=viewer,
        package_id=package_id,
        coins=coins,
        key=key,
        at=at,
        shown=shown,
        provider=provider,
    )
    return open_checkout(purchase_id=purchase.pk, at=at)


def record_purchase(
    *,
    viewer,
    package_id: uuid.UUID | None = None,
    coins: int | None = None,
    key: str,
    at: dt.datetime,
    shown: tuple[int, int] | None = None,
    provider: str | None = None,
) -> CoinPurchase:
    """Commit the wish, at the best price of that moment, before anybody else hears of it.

    Raises UnableToBuy, ages.AgeRefused, velocity.LimitReached, KeyReused, ledger.queries.NoRate.
    """
    if (package_id is None) == (coins is None):
        raise TypeError("A purchase is of a package or of a number of coins.")
    # Durable: a row that a rollback could take back must not reach the provider.
    with transaction.atomic(durable=True):
        # One purchase of a viewer at a time, so that each sees what the other counts against their limits.
        buyer = get_user_model().objects.select_for_update(no_key=True).get(pk=viewer.pk)
        known = CoinPurchase.objects.select_related("package").filter(viewer=buyer, key=key).first()
        if known is None:
            assert_adult(buyer, at)
            _assert_may_buy(buyer, at)
            offer = _offer(buyer, package_id, coins, at)
            if shown not in (None, (offer.coins, offer.price)):
                raise OfferChanged
            assert_within_limits(viewer=buyer, price=offer.price, currency=offer.currency, at=at)
            known = CoinPurchase.objects.create(
                viewer=buyer,
                key=key,
                package=offer.package,
                promotion=offer.promotion,
                holds_stock=take_stock(offer.promotion),
                coins=offer.coins,
                bonus_coins=offer.bonus_coins,
                price=offer.price,
                list_price=offer.list_price,
                currency=offer.currency,
                provider=provider or settings.PAYMENT_PROVIDER,
                created_at=at,
            )
    if not _is_for(known, package_id, coins):
        raise KeyReused
    return known


def _assert_may_buy(viewer, at: dt.datetime) -> None:
    if cooling_off(viewer, at):
        raise CoolingOff
    if freezes_in_force(viewer.pk).exists():
        raise WalletFrozen


def take_stock(promotion: Promotion | None) -> bool:
    """Set one piece of a limited promotion aside; False where there is nothing to set aside. The guard lets
    the last piece go once, however many ask for it.

    Raises OfferChanged: none is left.
    """
    if promotion is None or promotion.stock is None:
        return False
    if not _with_stock_left(promotion.pk).update(taken=F("taken") + 1):
        raise OfferChanged
    return True


def _with_stock_left(promotion_id: uuid.UUID) -> QuerySet[Promotion]:
    return Promotion.objects.filter(pk=promotion_id, taken__lt=F("stock"))


def _offer(buyer, package_id: uuid.UUID | None, coins: int | None, at: dt.datetime) -> Offer:
    if package_id is not None:
        offer = offer_of(buyer, package_id, at)
        if offer is None:
            raise PackageUnavailable
        return offer
    offers = offers_for(buyer, at)
    offer = amount_offer(offers, coins)
    if offer is None:
        raise AmountOutsideLimits(*amount_limits(offers))
    return offer


def _is_for(purchase: CoinPurchase, package_id: uuid.UUID | None, coins: int | None) -> bool:
    if coins is not None:
        return purchase.paid_coins == coins
    return purchase.package_id == package_id and purchase.paid_coins == purchase.package.coins


def open_checkout(*, purchase_id: uuid.UUID, at: dt.datetime, unasked: bool = False) -> CoinPurchase:
    """Ask the provider for the checkout of a recorded purchase, unless it has one. `unasked`: not for a buyer
    who waits to pay, so it is no matter whether they may buy now.

    May be repeated after CheckoutUnknown: the purchase's id is the provider's idempotency key, so that the
    question opens one checkout at most.

    Raises CoolingOff, WalletFrozen, CheckoutRefused, CheckoutUnknown, providers.UnknownProvider.
    """
    purchase = CoinPurchase.objects.select_related("viewer").get(pk=purchase_id)
    if purchase.state != PurchaseState.CREATED:
        return purchase
    if not unasked:
        _assert_may_buy(purchase.viewer, at)
    provider = providers.provider_named(purchase.provider)
    try:
        checkout = provider.open_checkout(_order(purchase))
    except providers.ProviderRefused as refusal:
        move(purchase, PurchaseState.FAILED, at=at, reason=str(refusal)[:200], key=_freed(purchase))
        raise CheckoutRefused(purchase) from refusal
    except providers.ProviderUnreachable as silence:
        raise CheckoutUnknown(purchase) from silence
    CoinPurchase.objects.filter(pk=purchase.pk, provider_reference="").update(
        provider_reference=checkout.reference, checkout_url=checkout.url, opened_at=at
    )
    move(purchase, PurchaseState.PENDING, at=at)  # unless its webhook was faster than this answer
    return purchase


def _freed(purchase: CoinPurchase) -> Case:
    """Another key for a purchase that was refused, so that the next try may have the first. One for which
    a twin of this question opened a checkout meanwhile keeps it: no key opens two."""
    return Case(When(state=PurchaseState.CREATED, then=Value(f"refused:{purchase.pk}")), default=F("key"))


def move(purchase: CoinPurchase, target: PurchaseState, *, at: dt.datetime, **facts) -> bool:
    """Take the purchase to `target` from a state that allows it; False where its state no longer does.
    Afterwards `purchase` is what the database holds.

    A piece of a promotion's stock goes back where the purchase came to nothing. Money that arrives after that
    takes one again, if there is one: what was sold stays sold either way."""
    if target != PurchaseState.PENDING:
        facts["closed_at"] = at
    with transaction.atomic():
        moved = CoinPurchase.objects.filter(pk=purchase.pk, state__in=sources(target)).update(
            state=target, **facts
        )
        purchase.refresh_from_db()
        if moved and purchase.promotion_id and target != PurchaseState.PENDING:
            _settle_stock(purchase, target)
    return bool(moved)


def _settle_stock(purchase: CoinPurchase, target: PurchaseState) -> None:
    held, holds = purchase.holds_stock, target == PurchaseState.PAID
    if held and not holds:
        Promotion.objects.filter(pk=purchase.promotion_id).update(taken=F("taken") - 1)
    elif holds and not held:
        holds = bool(_with_stock_left(purchase.promotion_id).update(taken=F("taken") + 1))
    purchase.holds_stock = holds
    purchase.save(update_fields=["holds_stock"])


def _order(purchase: CoinPurchase) -> providers.Order:
    page = f"{settings.SITE_URL}{purchase.get_absolute_url()}"
    return providers.Order(
        purchase_id=purchase.pk,
        title=_title(purchase),
        price=purchase.price,
        currency=purchase.currency,
        email=purchase.viewer.email,
        return_url=page,
        cancel_url=f"{page}?left=1",
        webhook_url=f"{settings.SITE_URL}{reverse('wallets:payment_hook', args=[purchase.provider])}",
    )


def _title(purchase: CoinPurchase) -> str:
    bonus = f" ({purchase.bonus_coins:,} of them a bonus)" if purchase.bonus_coins else ""
    return f"{purchase.coins:,} coins{bonus}"
