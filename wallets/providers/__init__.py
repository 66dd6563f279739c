"""Payment providers: who takes the viewer's money and tells us so.

Each is a folder with an adapter that does what `Provider` says; `settings.PAYMENT_PROVIDERS` names those
switched on by dotted path.
"""

from wallets.providers.base import (
    Checkout,
    DisputeWord,
    EventKind,
    ForgedEvent,
    Movement,
    Order,
    PaymentEvent,
    Provider,
    ProviderRefused,
    ProviderUnreachable,
    RefundOrder,
    RefundWord,
    UnknownProvider,
    provider_named,
)

__all__ = [
    "Checkout", "DisputeWord", "EventKind", "ForgedEvent", "Movement", "Order", "PaymentEvent", "Provider",
    "ProviderRefused", "ProviderUnreachable", "RefundOrder", "RefundWord", "UnknownProvider",
    "provider_named",
]  # fmt: skip
