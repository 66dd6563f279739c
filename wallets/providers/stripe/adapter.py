"""Stripe Checkout, refunds and disputes, through Stripe's own library.

The webhook's endpoint needs `checkout.session.*`, `charge.succeeded`, `charge.refunded`, `refund.*` and
`charge.dispute.*`."""

import datetime as dt
import json
from collections.abc import Mapping

import stripe
from django.conf import settings

from wallets.providers.base import (
    Checkout,
    DisputeWord,
    EventKind,
    ForgedEvent,
    Movement,
    Order,
    PaymentEvent,
    ProviderRefused,
    ProviderUnreachable,
    RefundOrder,
    RefundWord,
    id_of,
)
from wallets.providers.stripe.movements import movement
from wallets.states import DisputeState, RefundState

TIMEOUT = 10  # seconds
TOLERANCE = 300  # seconds that a signature stays good, Stripe's own default
COMPLETED = "checkout.session.completed"
KINDS = {
    COMPLETED: EventKind.PAID,
    "checkout.session.async_payment_succeeded": EventKind.PAID,
    "checkout.session.async_payment_failed": EventKind.FAILED,
    "checkout.session.expired": EventKind.EXPIRED,
}
CHARGED = "charge.succeeded"
REINSTATED = "charge.dispute.funds_reinstated"
WITHDRAWN = "charge.dispute.funds_withdrawn"
REFUNDS = {
    "pending": RefundState.SENDING,
    "requires_action": RefundState.SENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
DISPUTES = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "warning_closed": DisputeState.WON,
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "lost": DisputeState.LOST,
    "won": DisputeState.WON,
    # Closed because the money went back by a refund, which is told by itself.
    "charge_refunded": DisputeState.WON,
    "prevented": DisputeState.WON,
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
        session = self._call(lambda stripe: stripe.checkout.sessions.create(params, options))
        return Checkout(session.id, session.url)

    def fetch(self, reference: str) -> PaymentEvent | None:
        params = {"expand": ["payment_intent"]}
        session = self._call(lambda stripe: stripe.checkout.sessions.retrieve(reference, params))
        kind = _standing(session)
        return kind and self._session(f"{reference}:{kind}", kind, session, str(session))

    def refund(self, order: RefundOrder) -> PaymentEvent:
        params = {
            "payment_intent": self._payment(order),
            "amount": order.amount,
            "metadata": {"refund_id": str(order.refund_id)},
        }
        options = {"idempotency_key": f"refund-{order.refund_id}"}
        return self._standing_of(self._call(lambda stripe: stripe.refunds.create(params, options)))

    def fetch_refund(self, order: RefundOrder) -> PaymentEvent | None:
        params = {"payment_intent": self._payment(order), "limit": 100}
        for refund in self._call(lambda stripe: list(stripe.refunds.list(params).auto_paging_iter())):
            if _told(_told(refund, "metadata"), "refund_id") == str(order.refund_id):
                return self._standing_of(refund)
        return None

    def fetch_dispute(self, reference: str) -> PaymentEvent:
        return self._standing_of(self._call(lambda stripe: stripe.disputes.retrieve(reference)))

    def movements(self, day: dt.date) -> list[Movement]:
        start = dt.datetime.combine(day, dt.time(), dt.UTC)
        created = {"gte": int(start.timestamp()), "lt": int((start + dt.timedelta(days=1)).timestamp())}
        params = {"created": created, "expand": ["data.source"], "limit": 100}
        lines = self._call(lambda stripe: list(stripe.balance_transactions.list(params).auto_paging_iter()))
        return [line for told in lines if (line := movement(told))]

    def balances(self) -> dict[str, int]:
        balance = self._call(lambda stripe: stripe.balance.retrieve())
        held: dict[str, int] = {}
        for part in (*balance.available, *balance.pending):
            currency = part.currency.upper()
            held[currency] = held.get(currency, 0) + part.amount
        return held

    def _payment(self, order: RefundOrder) -> str:
        """What it calls the payment; a purchase from before we kept that has only the checkout's name."""
        if order.payment:
            return order.payment
        session = self._call(lambda stripe: stripe.checkout.sessions.retrieve(order.reference))
        return _id(session.payment_intent)

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
            if told["object"] in ("refund", "dispute"):
                return self._standing_of(stripe.StripeObject.construct_from(told, None))
            session = stripe.checkout.Session.construct_from(told, None)
            kind = _standing(session) or EventKind.OTHER
            return self._session(f"{session.id}:{kind}", kind, session, raw)
        except (ValueError, AttributeError, LookupError, TypeError) as error:
            raise ForgedEvent("The message is not one of Stripe's.") from error

    def _told(self, event: stripe.Event, raw: str) -> PaymentEvent:
        told = event.data.object
        match told.object:
            case "checkout.session":
                kind = KINDS.get(event.type, EventKind.OTHER)
                if event.type == COMPLETED and told.payment_status != "paid":
                    kind = EventKind.OTHER  # a slow method: its own event tells how it ends
                return self._session(event.id, kind, told, raw)
            case "charge":
                return self._charge(event.id, event.type, told, raw)
            case "refund":
                return self._refund(event.id, told, raw)
            case "dispute":
                return self._dispute(event.id, told, raw, event.type)
        return PaymentEvent(self.name, event.id, EventKind.OTHER, raw=raw)

    def _standing_of(self, told: stripe.StripeObject) -> PaymentEvent:
        """What a refund or a dispute is, as if an event had told it."""
        read = self._refund if told.object == "refund" else self._dispute
        return read(f"{told.id}:{told.status}", told, str(told))

    def _session(self, event_id: str, kind: EventKind, session, raw: str) -> PaymentEvent:
        return PaymentEvent(
            provider=self.name,
            id=event_id,
            kind=kind,
            reference=session.id,
            payment=_id(_told(session, "payment_intent")),
            purchase_id=id_of(session.client_reference_id),
            amount=session.amount_total,
            currency=(session.currency or "").upper(),
            reason="The bank declined the payment." if kind == EventKind.FAILED else "",
            raw=raw,
        )

    def _charge(self, event_id: str, event_type: str, charge, raw: str) -> PaymentEvent:
        names = {"payment": _id(_told(charge, "payment_intent")), "charge": charge.id}
        refunds = _told(_told(charge, "refunds"), "data")
        if event_type == "charge.refunded" and refunds:
            return self._refund(event_id, refunds[0], raw, **names)  # the newest; each has had its own event
        kind = EventKind.CHARGED if event_type == CHARGED else EventKind.OTHER
        purchase_id = id_of(_told(_told(charge, "metadata"), "purchase_id"))
        return PaymentEvent(self.name, event_id, kind, purchase_id=purchase_id, raw=raw, **names)

    def _refund(self, event_id: str, refund, raw: str, **names) -> PaymentEvent:
        word = RefundWord(
            reference=refund.id,
            state=REFUNDS[refund.status],
            refund_id=id_of(_told(_told(refund, "metadata"), "refund_id")),
        )
        reason = _told(refund, "failure_reason") or ""
        return PaymentEvent(
            kind=EventKind.REFUND,
            refund=word,
            reason=f"The bank says: {reason.replace('_', ' ')}." if reason else "",
            **self._claim(event_id, refund, raw) | names,
        )

    def _dispute(self, event_id: str, dispute, raw: str, event_type: str = "") -> PaymentEvent:
        state = DisputeState.WON if event_type == REINSTATED else DISPUTES[dispute.status]
        balance = sum(each.net for each in _told(dispute, "balance_transactions") or [])
        due = _told(_told(dispute, "evidence_details"), "due_by") or _told(dispute, "evidence_due_by")
        word = DisputeWord(
            reference=_told(dispute, "id") or "",
            state=state,
            withdrawn=event_type == WITHDRAWN or balance < 0,
            due_at=dt.datetime.fromtimestamp(due, dt.UTC) if due else None,
        )
        reason = _told(dispute, "reason") or ""
        return PaymentEvent(
            kind=EventKind.DISPUTE, dispute=word, reason=reason, **self._claim(event_id, dispute, raw)
        )

    def _claim(self, event_id: str, told, raw: str) -> dict:
        return {
            "provider": self.name,
            "id": event_id,
            "payment": _id(_told(told, "payment_intent")),
            "charge": _id(_told(told, "charge")),
            "amount": told.amount,
            "currency": told.currency.upper(),
            "raw": raw,
        }

    def _client(self) -> stripe.StripeClient:
        return stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            base_addresses={"api": settings.STRIPE_API_BASE},
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
            max_network_retries=1,
        )

    def _call(self, question):
        try:
            return question(self._client().v1)
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


def _told(told, name: str):
    """Older versions of the API leave out what newer ones tell."""
    return getattr(told, name, None)


def _id(told) -> str:
    """Of something that is named, or told whole."""
    return told if isinstance(told, str) else _told(told, "id") or ""
