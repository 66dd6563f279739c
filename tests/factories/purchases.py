"""Purchases made the way the site makes them: through operations, with the provider's word given directly."""

import datetime as dt
import uuid

from wallets.models import CoinPackage, CoinPurchase, Region
from wallets.operations.events import handle_payment_event
from wallets.operations.purchases import record_purchase
from wallets.providers import DisputeWord, EventKind, PaymentEvent, RefundWord
from wallets.queries.packages import packages_for
from wallets.states import DisputeState, RefundState

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def package(region: str = Region.EU, coins: int = 70) -> CoinPackage:
    """A package of the default catalogue."""
    return CoinPackage.objects.get(region=region, coins=coins, available_until=None)


def recorded(viewer, *, coins: int = 70, at: dt.datetime = NOW, provider: str = "sandbox") -> CoinPurchase:
    """A purchase at the viewer's own price, not yet known to the provider."""
    chosen = packages_for(str(viewer.country), at).get(coins=coins)
    return record_purchase(
        viewer=viewer, package_id=chosen.pk, key=str(uuid.uuid4()), at=at, provider=provider
    )


def event_for(purchase: CoinPurchase, kind: EventKind = EventKind.PAID, **facts) -> PaymentEvent:
    """What the provider says when all is as it should be, but for `facts`."""
    told = {
        "provider": purchase.provider,
        "id": f"evt-{uuid.uuid4()}",
        "kind": kind,
        "reference": purchase.provider_reference or f"cs-{purchase.pk}",
        "purchase_id": purchase.pk,
        "amount": purchase.price,
        "currency": purchase.currency,
        "raw": "{}",
    }
    return PaymentEvent(**told | facts)


def paid(viewer, *, coins: int = 70, at: dt.datetime = NOW) -> CoinPurchase:
    """A viewer who holds `coins` (a size of the catalogue) more."""
    purchase = recorded(viewer, coins=coins, at=at)
    handle_payment_event(event=event_for(purchase), at=at)
    purchase.refresh_from_db()
    return purchase


def dispute_event(purchase: CoinPurchase, state: str = "open", *, amount=None, **facts) -> PaymentEvent:
    """The provider's word on a dispute, over the whole price unless told."""
    word = {"reference": "dp_1", "state": DisputeState(state), "withdrawn": state == "open"}
    word |= {name: facts.pop(name) for name in tuple(facts) if name in ("withdrawn", "due_at")}
    word["reference"] = facts.pop("dispute", word["reference"])
    return event_for(
        purchase,
        EventKind.DISPUTE,
        amount=purchase.price if amount is None else amount,
        reference="",
        dispute=DisputeWord(**word),
        **facts,
    )


def refund_event(purchase: CoinPurchase, state: str = "succeeded", *, amount=None, **facts) -> PaymentEvent:
    """The provider's word on a refund that it started, of the whole price unless told."""
    word = RefundWord(facts.pop("refund", "re_1"), RefundState(state), facts.pop("refund_id", None))
    return event_for(
        purchase,
        EventKind.REFUND,
        amount=purchase.price if amount is None else amount,
        reference="",
        refund=word,
        **facts,
    )
