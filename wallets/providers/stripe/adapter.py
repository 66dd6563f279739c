"""Stripe Checkout, through Stripe's own library."""

import json
from collections.abc import Mapping

import stripe
from django.conf import settings

from wallets.providers.base import (
    Checkout,
    EventKind,
    ForgedEvent,
    Order,
    PaymentEvent,
    ProviderRefused,
    ProviderUnreachable,
    id_of,
)

TIMEOUT = 10  # seconds
TOLERANCE = 300  # seconds that a signature stays good, Stripe's own default
COMPLETED = "checkout.session.completed"
KINDS = {
    COMPLETED: EventKind.PAID,
    "checkout.session.async_payment_succeeded": EventKind.PAID,
    "checkout.session.async_payment_failed": EventKind.FAILED,
    "checkout.session.expired": EventKind.EXPIRED,
}
# What a payment that was still on its way becomes when it does not arrive.
GIVEN_UP = ("requires_payment_method", "canceled")


class StripeProvider:
    name = "stripe"

    def open_checkout(self, order: Order) -> Checkout:
        params = {
            "mode": "payment",
            "client_reference_id": str(order.purchase_id),
            "metadata": {"purchase_id": str(order.purchase_id)},
            "payment_intent_data": {"metadata": {"purchase_id": str(order.purchase_id)}},
            "customer_email": order.email,
            "success_url": order.return_url,
            "cancel_url": order.cancel_url,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": order.currency.lower(),
                        # Stripe counts in the smallest part as well, zero-decimal currencies included.
                        "unit_amount": order.price,
                        "product_data": {"name": order.title},
                    },
                }
            ],
        }
        options = {"idempotency_key": f"checkout-{order.purchase_id}"}
        session = self._call(lambda sessions: sessions.create(params, options))
        return Checkout(session.id, session.url)

    def fetch(self, reference: str) -> PaymentEvent | None:
        params = {"expand": ["payment_intent"]}
        session = self._call(lambda sessions: sessions.retrieve(reference, params))
        kind = _standing(session)
        return kind and self._event(f"{reference}:{kind}", kind, session, str(session))

    def verify_event(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent:
        signature = headers.get("Stripe-Signature", "")
        try:
            event = self._client().construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE)
            return self._told(event, body.decode())
        except (stripe.SignatureVerificationError, ValueError) as error:
            raise ForgedEvent("The signature does not fit this message.") from error
        except (AttributeError, LookupError, TypeError) as error:
            raise ForgedEvent("The message is not one of Stripe's.") from error

    def read_kept(self, raw: str) -> PaymentEvent:
        try:
            told = json.loads(raw)
            if told["object"] == "event":
                return self._told(stripe.Event.construct_from(told, None), raw)
            session = stripe.checkout.Session.construct_from(told, None)
            kind = _standing(session) or EventKind.OTHER
            return self._event(f"{session.id}:{kind}", kind, session, raw)
        except (ValueError, AttributeError, LookupError, TypeError) as error:
            raise ForgedEvent("The message is not one of Stripe's.") from error

    def _told(self, event: stripe.Event, raw: str) -> PaymentEvent:
        kind = KINDS.get(event.type, EventKind.OTHER)
        if event.type == COMPLETED and event.data.object.payment_status != "paid":
            kind = EventKind.OTHER  # a slow method: its own event tells how it ends
        return self._event(event.id, kind, event.data.object, raw)

    def _event(self, event_id: str, kind: EventKind, session, raw: str) -> PaymentEvent:
        if session.object != "checkout.session":
            return PaymentEvent(self.name, event_id, EventKind.OTHER, raw=raw)
        return PaymentEvent(
            provider=self.name,
            id=event_id,
            kind=kind,
            reference=session.id,
            purchase_id=id_of(session.client_reference_id),
            amount=session.amount_total,
            currency=(session.currency or "").upper(),
            reason="The bank declined the payment." if kind == EventKind.FAILED else "",
            raw=raw,
        )

    def _client(self) -> stripe.StripeClient:
        return stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            base_addresses={"api": settings.STRIPE_API_BASE},
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
            max_network_retries=1,
        )

    def _call(self, question):
        try:
            return question(self._client().v1.checkout.sessions)
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            raise ProviderRefused(error.user_message or str(error)) from error
        except stripe.StripeError as error:
            # Rate limits, their faults, wrong keys, a broken line: none of them says what became of it.
            raise ProviderUnreachable(f"Stripe gave no answer: {error}") from error


def _standing(session: stripe.checkout.Session) -> EventKind | None:
    """How a session ended; None while it is undecided."""
    intent = session.payment_intent  # None until the buyer has tried to pay
    if session.payment_status == "paid":
        return EventKind.PAID
    if session.status == "expired":
        return EventKind.EXPIRED
    if session.status == "complete" and intent and intent.status in GIVEN_UP:
        return EventKind.FAILED
    return None
