import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from wallets.states import DisputeState, RefundState


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
    CHARGED = "charged"
    """A payment's charge, by whose name others may speak of it."""
    REFUND = "refund"
    DISPUTE = "dispute"
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
class RefundOrder:
    """What to pay back of which payment. `refund_id` is the idempotency key: the same order pays back once.
    `amount` is in the smallest part of `currency`; `reference` and `payment` are the provider's names for the
    checkout and the payment."""

    refund_id: uuid.UUID
    reference: str
    payment: str
    amount: int
    currency: str
    webhook_url: str


@dataclass(frozen=True)
class RefundWord:
    """How a refund stands (sending, succeeded or failed). `refund_id` is ours as the provider repeats it,
    None where it was not started by us."""

    reference: str
    state: RefundState
    refund_id: uuid.UUID | None = None


@dataclass(frozen=True)
class DisputeWord:
    """How a dispute stands. `withdrawn`: the money has left us. Evidence is taken until `due_at`."""

    reference: str
    state: DisputeState
    withdrawn: bool = False
    due_at: dt.datetime | None = None


@dataclass(frozen=True)
class PaymentEvent:
    """What a provider told about one checkout, in our words.

    `id` is the provider's own for this message. `purchase_id` is ours as the provider repeats it, None where
    it names none. `amount` is in the smallest part of `currency`, None where the message has none: the price,
    or what is refunded or disputed of it. `reference`, `payment` and `charge` are the provider's names for
    the checkout, the payment and its charge, as far as the message tells them."""

    provider: str
    id: str
    kind: EventKind
    reference: str = ""
    purchase_id: uuid.UUID | None = None
    amount: int | None = None
    currency: str = ""
    reason: str = ""
    raw: str = ""
    payment: str = ""
    charge: str = ""
    refund: RefundWord | None = None
    dispute: DisputeWord | None = None


@dataclass(frozen=True)
class Movement:
    """One line of the account that a provider keeps for us: a `charge`, `refund`, `refund_failure`, `dispute`
    or `dispute_reversal`. `amount` is signed, in the smallest part of `currency`; `reference` names the
    payment, the refund or the dispute as our rows do."""

    what: str
    reference: str
    amount: int
    currency: str


class Provider(Protocol):
    name: str

    def open_checkout(self, order: Order) -> Checkout:
        """Raises ProviderRefused, ProviderUnreachable."""

    def fetch(self, reference: str) -> PaymentEvent | None:
        """How a checkout stands; None while it is undecided. Raises ProviderRefused, ProviderUnreachable."""

    def refund(self, order: RefundOrder) -> PaymentEvent:
        """Pay back, and tell how that stands. Raises ProviderRefused, ProviderUnreachable."""

    def fetch_refund(self, order: RefundOrder) -> PaymentEvent | None:
        """How a refund of ours stands; None where the provider has never heard of it. Raises ProviderRefused,
        ProviderUnreachable."""

    def fetch_dispute(self, reference: str) -> PaymentEvent:
        """How a dispute stands. Raises ProviderRefused, ProviderUnreachable."""

    def movements(self, day: dt.date) -> list[Movement]:
        """What it booked for us on one UTC day, its fees and its transfers to our bank aside. Raises
        ProviderRefused, ProviderUnreachable."""

    def balances(self) -> dict[str, int]:
        """What it holds for us now: {currency: smallest parts}. Raises ProviderRefused,
        ProviderUnreachable."""

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


def id_of(text: object) -> uuid.UUID | None:
    """Our id as a provider repeats it; None for anything else it may carry."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
