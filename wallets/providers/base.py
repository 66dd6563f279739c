import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class ProviderRefused(Exception):
    """The provider understood and said no. Asking again would not help."""


class ProviderUnreachable(Exception):
    """No answer, or none that can be trusted: what was asked for may or may not have happened."""


class ForgedEvent(Exception):
    """The signature is missing, wrong or too old, or what it covers can't be read."""


class UnknownProvider(LookupError):
    """No provider of this name is switched on."""


class EventKind(StrEnum):
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    OTHER = "other"
    """True, and without meaning for a purchase."""


@dataclass(frozen=True)
class Order:
    """What to ask money for. `purchase_id` is the idempotency key: the same order opens one checkout, however
    often it is sent. `price` is in the smallest part of `currency`."""

    purchase_id: uuid.UUID
    title: str
    price: int
    currency: str
    email: str
    return_url: str
    cancel_url: str
    webhook_url: str


@dataclass(frozen=True)
class Checkout:
    """An open checkout: the provider's reference, and where the buyer pays."""

    reference: str
    url: str


@dataclass(frozen=True)
class PaymentEvent:
    """What a provider told about one checkout, in our words.

    `id` is the provider's own for this message. `purchase_id` is ours as the provider repeats it, None where
    it names none. `amount` is in the smallest part of `currency`, None where the message has none."""

    provider: str
    id: str
    kind: EventKind
    reference: str = ""
    purchase_id: uuid.UUID | None = None
    amount: int | None = None
    currency: str = ""
    reason: str = ""
    raw: str = ""


class Provider(Protocol):
    name: str

    def open_checkout(self, order: Order) -> Checkout:
        """Raises ProviderRefused, ProviderUnreachable."""

    def fetch(self, reference: str) -> PaymentEvent | None:
        """How a checkout stands; None while it is undecided. Raises ProviderRefused, ProviderUnreachable."""

    def verify_event(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent:
        """Read a signed webhook. Raises ForgedEvent."""

    def read_kept(self, raw: str) -> PaymentEvent:
        """Read again the `raw` of an event that `fetch` or `verify_event` once returned. Raises ForgedEvent
        where it can't be read."""


def provider_named(name: str) -> Provider:
    """Raises UnknownProvider."""
    try:
        path = settings.PAYMENT_PROVIDERS[name]
    except KeyError as error:
        raise UnknownProvider(f"No payment provider called {name!r} is switched on.") from error
    return import_string(path)()


def purchase_id_of(text: object) -> uuid.UUID | None:
    """Our id as a provider repeats it; None for anything else it may carry."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
