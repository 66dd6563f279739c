import datetime as dt
import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet

from wallets.models import CoinPurchase, ProviderEvent
from wallets.states import UNDECIDED, EventOutcome, PurchaseState

WATCHED = dt.timedelta(minutes=30)
"""How long after it was made a page keeps looking for news of a purchase."""
SHOWN = dt.timedelta(days=2)
"""How long a purchase that brought no coins stands on the wallet page."""


def purchases_of(viewer, state: str = "") -> QuerySet[CoinPurchase]:
    """Of one state, or all."""
    return CoinPurchase.objects.filter(viewer=viewer, **({"state": state} if state else {}))


def purchase_of(viewer, purchase_id: uuid.UUID) -> CoinPurchase | None:
    """None for other people's, too."""
    return purchases_of(viewer).select_related("promotion").filter(pk=purchase_id).first()


def unfinished_purchases(viewer, at: dt.datetime) -> list[CoinPurchase]:
    """What the viewer may still be waiting for, and what lately came to nothing and was not made good by a
    later purchase, newest first."""
    bought_later = purchases_of(viewer).filter(entry__isnull=False, created_at__gt=OuterRef("created_at"))
    ended = Q(state__in=[PurchaseState.FAILED, PurchaseState.EXPIRED]) & ~Exists(bought_later)
    recent = purchases_of(viewer).filter(created_at__gte=at - SHOWN)
    return list(recent.filter(Q(state__in=UNDECIDED) | ended).order_by("-id")[:10])


def purchase_holding_first_offer(viewer) -> CoinPurchase | None:
    """An undecided purchase because of which the viewer is no newcomer to `promotions` any more."""
    held = purchases_of(viewer).filter(state__in=UNDECIDED, promotion__first_purchase_only=True)
    return held.select_related("promotion").order_by("-id").first()


def purchases_counting(viewer, *, since: dt.datetime) -> list[CoinPurchase]:
    """What the viewer paid after that moment, and what they may still pay, however old it is."""
    paid = Q(entry__isnull=False, closed_at__gt=since)
    return list(purchases_of(viewer).filter(paid | Q(state__in=UNDECIDED)))


def is_watched(purchase: CoinPurchase, at: dt.datetime) -> bool:
    """Whether news of this purchase can arrive any moment."""
    return purchase.state in UNDECIDED and purchase.created_at >= at - WATCHED


def parked_payment_events() -> QuerySet[ProviderEvent]:
    return ProviderEvent.objects.filter(outcome=EventOutcome.PARKED)
