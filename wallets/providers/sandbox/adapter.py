"""The portal's side of the sandbox checkout, which stands in for a provider where there is no real money."""

import datetime as dt
import json
from collections.abc import Mapping

import requests
from django.conf import settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

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
from wallets.states import DisputeState, RefundState

TIMEOUT = 10  # seconds
KINDS = {
    "checkout.paid": EventKind.PAID,
    "checkout.declined": EventKind.FAILED,
    "checkout.expired": EventKind.EXPIRED,
}
REFUNDS = {
    "pending": RefundState.SENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
}
DISPUTES = {"open": DisputeState.OPEN, "won": DisputeState.WON, "lost": DisputeState.LOST}


class SandboxProvider:
    name = "sandbox"

    def open_checkout(self, order: Order) -> Checkout:
        body = {
            "reference": str(order.purchase_id),
            "title": order.title,
            "amount": order.price,
            "currency": order.currency,
            "email": order.email,
            "success_url": order.return_url,
            "cancel_url": order.cancel_url,
            "webhook_url": order.webhook_url,
        }
        checkout = self._call("POST", "/v1/checkouts", json=body, key=str(order.purchase_id))
        return Checkout(checkout["id"], checkout["url"])

    def fetch(self, reference: str) -> PaymentEvent | None:
        checkout = self._call("GET", f"/v1/checkouts/{reference}")
        return None if checkout["status"] == "open" else self._standing(checkout)

    def refund(self, order: RefundOrder) -> PaymentEvent:
        body = {"checkout": order.reference, "reference": str(order.refund_id), "amount": order.amount}
        return self._standing(self._call("POST", "/v1/refunds", json=body, key=str(order.refund_id)))

    def fetch_refund(self, order: RefundOrder) -> PaymentEvent | None:
        found = self._call("GET", "/v1/refunds", params={"reference": str(order.refund_id)})["data"]
        return self._standing(found[0]) if found else None

    def fetch_dispute(self, reference: str) -> PaymentEvent:
        return self._standing(self._call("GET", f"/v1/disputes/{reference}"))

    def movements(self, day: dt.date) -> list[Movement]:
        booked = self._call("GET", "/v1/movements", params={"day": day.isoformat()})["data"]
        return [Movement(**line) for line in booked]

    def balances(self) -> dict[str, int]:
        return self._call("GET", "/v1/balance")

    def verify_event(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent:
        try:
            message = Webhook(settings.SANDBOX_WEBHOOK_SECRET).verify(body, dict(headers))
            return self._event(message["id"], message["type"], message["data"], body.decode())
        except (WebhookVerificationError, ValueError) as error:
            raise ForgedEvent("The signature does not fit this message.") from error
        except (LookupError, TypeError, AttributeError) as error:
            raise ForgedEvent("The message is not one of the sandbox's.") from error

    def read_kept(self, raw: str) -> PaymentEvent:
        try:
            told = json.loads(raw)
            if "data" in told:
                return self._event(told["id"], told["type"], told["data"], raw)
            return self._standing(told)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ForgedEvent("The message is not one of the sandbox's.") from error

    def _standing(self, told: dict) -> PaymentEvent:
        """What a checkout, a refund or a dispute is, as if a message had told it."""
        kind = f"{told.get('object', 'checkout')}.{told['status']}"
        return self._event(f"{told['id']}:{told['status']}", kind, told, json.dumps(told))

    def _event(self, event_id: str, kind: str, told: dict, raw: str) -> PaymentEvent:
        if kind.startswith("checkout."):
            return self._checkout(event_id, KINDS.get(kind, EventKind.OTHER), told, raw)
        facts = {
            "provider": self.name,
            "id": event_id,
            "reference": told["checkout"],
            "purchase_id": id_of(told["order"]),
            "amount": told["amount"],
            "currency": told["currency"],
            "reason": told["reason"],
            "raw": raw,
        }
        if kind.startswith("refund.") and told["status"] in REFUNDS:
            word = RefundWord(told["id"], REFUNDS[told["status"]], id_of(told["reference"]))
            return PaymentEvent(kind=EventKind.REFUND, refund=word, **facts)
        if kind.startswith("dispute.") and told["status"] in DISPUTES:
            state = DISPUTES[told["status"]]
            word = DisputeWord(told["id"], state, withdrawn=state != DisputeState.WON)
            return PaymentEvent(kind=EventKind.DISPUTE, dispute=word, **facts)
        return PaymentEvent(kind=EventKind.OTHER, **facts)

    def _checkout(self, event_id: str, kind: EventKind, checkout: dict, raw: str) -> PaymentEvent:
        return PaymentEvent(
            provider=self.name,
            id=event_id,
            kind=kind,
            reference=checkout["id"],
            purchase_id=id_of(checkout["reference"]),
            amount=checkout["amount"],
            currency=checkout["currency"],
            reason=checkout["reason"],
            raw=raw,
        )

    def _call(self, method: str, path: str, *, key: str = "", **arguments) -> dict:
        headers = {"Authorization": f"Bearer {settings.SANDBOX_CHECKOUT_KEY}"}
        if key:
            headers["Idempotency-Key"] = key
        url = f"{settings.SANDBOX_CHECKOUT_URL}{path}"
        try:
            answer = requests.request(method, url, headers=headers, timeout=TIMEOUT, **arguments)
            body = answer.json()
        except requests.RequestException as error:  # bad JSON is one as well
            raise ProviderUnreachable("The sandbox checkout does not answer.") from error
        if answer.status_code >= 500 or not isinstance(body, dict):
            raise ProviderUnreachable(f"The sandbox checkout answered {answer.status_code}.")
        if not answer.ok:
            raise ProviderRefused(body.get("error") or f"The sandbox checkout answered {answer.status_code}.")
        return body
