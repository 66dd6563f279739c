"""Asks the provider about purchases that nothing was heard of: a lost webhook costs time, never money."""

import datetime as dt

import structlog
from django.db.models import DateTimeField, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value

from wallets import providers
from wallets.models import CoinPurchase
from wallets.operations.events import handle_payment_event
from wallets.operations.purchases import CheckoutRefused, CheckoutUnknown, open_checkout
from wallets.queries.purchases import parked_payment_events
from wallets.states import UNDECIDED, PurchaseState

PATIENCE = dt.timedelta(minutes=3)
"""How long a purchase is left to its webhook, and between two questions about it."""
PATIENCE_WITH_STAFF = dt.timedelta(hours=1)
"""Between two questions about a purchase of which a parked event tells."""
SHARE = 1 / 6
"""Of its age: nor is a purchase asked about again before so much of that has passed anew, so that one which
nobody decides is asked about ever more rarely."""
LONGEST = dt.timedelta(days=1)
"""Between two questions, however old it is."""
MOST_AT_ONCE = 100

logger = structlog.get_logger(__name__)


def sweep_purchases(*, at: dt.datetime) -> int:
    """Ask about each undecided purchase that is older than PATIENCE and was not asked about since, nor within
    SHARE of its age, nor within PATIENCE_WITH_STAFF where staff have to look first. Returns how many were
    asked about.

    Nothing is concluded from age: only the provider's word fails or expires one."""
    stale = at - PATIENCE
    parked = parked_payment_events().filter(purchase=OuterRef("pk"))
    age = ExpressionWrapper(Value(at) - F("created_at"), DurationField())
    long_ago = ExpressionWrapper(Value(at) - age * SHARE, DateTimeField())
    waiting = CoinPurchase.objects.filter(
        Q(asked_at__isnull=True)
        | Q(asked_at__lte=at - LONGEST)
        | Q(asked_at__lte=long_ago)
        & (Q(asked_at__lte=at - PATIENCE_WITH_STAFF) | Q(asked_at__lte=stale) & ~Exists(parked)),
        state__in=UNDECIDED,
        created_at__lte=stale,
    ).order_by(F("asked_at").asc(nulls_first=True), "created_at")[:MOST_AT_ONCE]
    for purchase in waiting:
        CoinPurchase.objects.filter(pk=purchase.pk).update(asked_at=at)
        try:
            ask_provider(purchase=purchase, at=at)
        except (
            CheckoutRefused,
            CheckoutUnknown,
            providers.ProviderRefused,
            providers.ProviderUnreachable,
            providers.UnknownProvider,
        ) as reason:
            logger.warning("purchase_undecided", purchase=str(purchase.pk), reason=str(reason))
        except Exception:  # one odd purchase must not stop the others; it is asked about again
            logger.exception("purchase_sweep_failed", purchase=str(purchase.pk))
    return len(waiting)


def ask_provider(*, purchase: CoinPurchase, at: dt.datetime) -> None:
    """Hear how one purchase stands and apply it.

    Raises CheckoutRefused, CheckoutUnknown, providers.ProviderRefused, ProviderUnreachable, UnknownProvider.
    """
    if purchase.state == PurchaseState.CREATED:
        # The same question again, by the same key, tells whether the first one was heard.
        purchase = open_checkout(purchase_id=purchase.pk, at=at, unasked=True)
    event = providers.provider_named(purchase.provider).fetch(purchase.provider_reference)
    if event is not None:
        handle_payment_event(event=event, at=at)
