"""Refunds of unspent coins: the viewer asks, staff or policy decide, the provider pays back."""

import datetime as dt
import uuid
from decimal import ROUND_UP

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.transaction import atomic
from django.urls import reverse

from ledger.chart import VIEWER_COINS
from ledger.operations import lock
from ledger.queries import NoRate, rate
from ledger.rates import convert
from ledger.units import to_parts
from wallets import providers
from wallets.models import CoinPurchase, CoinRefund
from wallets.operations.claim_notices import tell_of_refund
from wallets.operations.disputes import move_refund
from wallets.operations.events import handle_payment_event
from wallets.operations.recoveries import settle_claims
from wallets.queries.refunds import REFUND_DAYS, RefundQuote, refund_quote
from wallets.states import RefundState


class UnableToRefund(Exception):
    """The refund was refused and nothing moved."""

    code = "refused"


class NothingPaid(UnableToRefund):
    """The purchase was not paid."""

    code = "not_paid"

    def __init__(self) -> None:
        super().__init__("This purchase was not paid, so there is nothing to give back.")


class TooLate(UnableToRefund):
    """The days in which coins can be given back are over."""

    code = "too_late"

    def __init__(self) -> None:
        super().__init__(f"Coins can be given back within {REFUND_DAYS} days of their purchase.")


class NothingLeft(UnableToRefund):
    """All coins that were paid for are spent."""

    code = "nothing_left"

    def __init__(self) -> None:
        super().__init__("None of the coins that you paid for in this purchase is left to be given back.")


class UnderWay(UnableToRefund):
    """Another refund of this purchase, `refund`, is under way."""

    code = "under_way"

    def __init__(self, refund: CoinRefund) -> None:
        super().__init__("A refund of this purchase is already under way.")
        self.refund = refund


class Disputed(UnableToRefund):
    """The bank decides about the money."""

    code = "disputed"

    def __init__(self) -> None:
        super().__init__("This payment is disputed at your bank, which decides about the money.")


class WalletFrozen(UnableToRefund):
    """Nothing leaves a frozen wallet."""

    code = "wallet_frozen"

    def __init__(self) -> None:
        super().__init__("Your wallet is frozen. Your wallet's page says why and whom to ask.")


class QuoteChanged(UnableToRefund):
    """What would be given back is not what was shown: `quote` is what it would be now."""

    code = "quote_changed"

    def __init__(self, quote: RefundQuote) -> None:
        super().__init__("What would be given back has changed meanwhile. Look at it again.")
        self.quote = quote


class NotPermitted(Exception):
    """This person may not decide this."""


class MissingReason(ValueError):
    """The viewer is told why, so there has to be a why."""


class AlreadyDecided(Exception):
    """Somebody was faster."""


def refusal(quote: RefundQuote, at: dt.datetime) -> UnableToRefund | None:
    """Why a purchase can't be refunded now, or None."""
    if quote.ends_at is None:
        return NothingPaid()
    if quote.frozen and not quote.disputed:
        return WalletFrozen()
    if quote.disputed:
        return Disputed()
    if quote.under_way:
        return UnderWay(quote.under_way)
    if at > quote.ends_at:
        return TooLate()
    return None if quote.amount else NothingLeft()


def request_refund(
    *,
    purchase_id: uuid.UUID,
    viewer: AbstractBaseUser,
    key: str,
    at: dt.datetime,
    accepted_amount: int | None = None,
) -> CoinRefund:
    """Take the unspent coins of a purchase out of the wallet and ask for their price back. The same key
    returns the first refund. `accepted_amount` is what the viewer has seen, in the smallest part of the
    currency.

    Raises CoinPurchase.DoesNotExist (other people's, too), UnableToRefund (NothingPaid, TooLate, NothingLeft,
    UnderWay, Disputed, WalletFrozen, QuoteChanged)."""
    with atomic():
        locked = CoinPurchase.objects.select_for_update(no_key=True)
        purchase = locked.get(pk=purchase_id, viewer_id=viewer.pk)
        if first := purchase.refunds.filter(key=key).first():
            return first
        # As in `settle_claims`, and before anything is read: no gift may spend the coins that are quoted.
        lock([VIEWER_COINS.of(viewer.pk)])
        quote = refund_quote(purchase)
        if refused := refusal(quote, at):
            raise refused
        if accepted_amount not in (None, quote.amount):
            raise QuoteChanged(quote)
        at_once = _is_small(quote, at)
        refund = CoinRefund.objects.create(
            purchase=purchase,
            coins=quote.coins,
            amount=quote.amount,
            state=RefundState.APPROVED if at_once else RefundState.REQUESTED,
            key=key,
            requested_at=at,
            decided_at=at if at_once else None,
        )
        tell_of_refund(refund, at=at)
        settle_claims(purchase_id=purchase.pk, at=at)
    return refund


def approve_refund(*, refund_id: uuid.UUID, actor: AbstractBaseUser, at: dt.datetime) -> CoinRefund:
    """requested → approved; it is sent to the provider next.

    Raises NotPermitted, AlreadyDecided."""
    with atomic():
        return _decide(refund_id, actor, RefundState.APPROVED, at)


def reject_refund(
    *, refund_id: uuid.UUID, actor: AbstractBaseUser, reason: str, at: dt.datetime
) -> CoinRefund:
    """requested → rejected; the coins are in the wallet again. The viewer reads `reason`.

    Raises NotPermitted, MissingReason, AlreadyDecided."""
    if not reason.strip():
        raise MissingReason("Say why: the viewer reads it.")
    with atomic():
        refund = _decide(
            refund_id, actor, RefundState.REJECTED, at, reason=reason.strip()[:500], closed_at=at
        )
        settle_claims(purchase_id=refund.purchase_id, at=at)
    return refund


def send_refund(*, refund_id: uuid.UUID, at: dt.datetime) -> CoinRefund:
    """Hand an approved refund to its provider, once. The attempt is committed before the provider hears of
    it; where no answer comes it stays on its way, and `ask_about_refund` finds out.

    Raises providers.ProviderUnreachable, providers.UnknownProvider."""
    with atomic(durable=True):
        approved = CoinRefund.objects.filter(pk=refund_id, state=RefundState.APPROVED)
        if not approved.update(state=RefundState.SENDING, sent_at=at):
            return CoinRefund.objects.get(pk=refund_id)
    return _send(refund_id, at)


def ask_about_refund(*, refund_id: uuid.UUID, at: dt.datetime) -> CoinRefund:
    """Hear how a refund on its way stands. One that the provider has never heard of is sent again, under the
    same key: only its own word says that it has not.

    Raises providers.ProviderRefused, ProviderUnreachable, UnknownProvider."""
    refund = CoinRefund.objects.select_related("purchase").get(pk=refund_id)
    event = providers.provider_named(refund.purchase.provider).fetch_refund(_order(refund))
    if event is None:
        return _send(refund_id, at)
    handle_payment_event(event=event, at=at)
    refund.refresh_from_db()
    return refund


def _send(refund_id: uuid.UUID, at: dt.datetime) -> CoinRefund:
    refund = CoinRefund.objects.select_related("purchase").get(pk=refund_id)
    try:
        event = providers.provider_named(refund.purchase.provider).refund(_order(refund))
    except providers.ProviderRefused as refused:
        with atomic():
            CoinPurchase.objects.select_for_update(no_key=True).get(pk=refund.purchase_id)
            move_refund(refund, RefundState.FAILED, at=at, reason=str(refused))
        return refund
    handle_payment_event(event=event, at=at)
    refund.refresh_from_db()
    return refund


def _order(refund: CoinRefund) -> providers.RefundOrder:
    purchase = refund.purchase
    return providers.RefundOrder(
        refund_id=refund.pk,
        reference=purchase.provider_reference,
        payment=purchase.payment_reference,
        amount=refund.amount,
        currency=purchase.currency,
        webhook_url=f"{settings.SITE_URL}{reverse('wallets:payment_hook', args=[purchase.provider])}",
    )


def _decide(
    refund_id: uuid.UUID, actor: AbstractBaseUser, target: RefundState, at: dt.datetime, **facts
) -> CoinRefund:
    if not actor.has_perm("wallets.decide_coinrefund"):
        raise NotPermitted("You may not decide about refunds.")
    refund = CoinRefund.objects.select_related("purchase").get(pk=refund_id)
    CoinPurchase.objects.select_for_update(no_key=True).get(pk=refund.purchase_id)
    if actor.pk == refund.purchase.viewer_id:
        raise NotPermitted("This is your own refund: somebody else decides.")
    undecided = CoinRefund.objects.filter(pk=refund_id, state=RefundState.REQUESTED)
    if not undecided.update(state=target, decided_by=actor, decided_at=at, **facts):
        refund.refresh_from_db()
        raise AlreadyDecided(f"This refund is {refund.get_state_display().lower()} already.")
    refund.refresh_from_db()
    tell_of_refund(refund, at=at)
    return refund


def _is_small(quote: RefundQuote, at: dt.datetime) -> bool:
    """Whether policy approves it at once: below the set amount in US dollars, at the rate of the day."""
    limit = to_parts(settings.COIN_REFUND_AT_ONCE_USD, "USD")
    currency = quote.purchase.currency
    try:
        worth = convert(quote.amount, currency, "USD", rate(currency, "USD", at).value, ROUND_UP)
    except NoRate:
        return False
    return worth < limit
