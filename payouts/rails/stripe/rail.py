"""Transfers to creators' accounts at Stripe. Money is there the moment Stripe makes a transfer; what happened
is read from Stripe's events, as from a bank's messages."""

import contextlib
import datetime as dt
import json
from collections.abc import Iterable, Sequence

from django.conf import settings

from payouts.queries.bank_messages import earlier_message_id
from payouts.rails.interface import (
    BookedEntry,
    Capabilities,
    Message,
    Order,
    Payment,
    Refused,
    Unpayable,
    UnreadableMessage,
)
from payouts.rails.stripe.line import call

KINDS = {"transfer.created": "transfer", "transfer.reversed": "reversal"}
OVERLAP = 100
"""So many events are read again each time: Stripe does not promise their order."""
RECALLED = "FOCR"
"""ISO 20022's code for a payment that its sender called back."""


class StripeRail:
    channel = "stripe"
    account = ""

    def __init__(self) -> None:
        self.capabilities = Capabilities(
            currencies=frozenset(settings.STRIPE_CONNECT_CURRENCIES),
            method_kinds=frozenset({"stripe"}),
            lead_days=0,
        )

    def check(self, payment: Payment, *, at: dt.datetime) -> None:
        if payment.amount <= 0:
            raise Unpayable("AM01", "There is nothing to pay.")

    def message_ids(self, *, file_id: str, at: dt.datetime) -> Iterable[str]:
        return [file_id]

    def write(self, order: Order) -> str:
        (payment,) = order.payments
        metadata = {"message_id": order.message_id, "end_to_end_id": payment.end_to_end_id}
        params = {
            "amount": payment.amount,  # Stripe counts in the smallest part as well
            "currency": payment.currency.lower(),
            "destination": payment.details["account"],
            "description": payment.text,
            "transfer_group": payment.end_to_end_id,
            "metadata": metadata,
        }
        return json.dumps(params, sort_keys=True)

    def send(self, message: str) -> dict:
        params = json.loads(message)
        options = {"idempotency_key": f"transfer-{params['metadata']['message_id']}"}
        transfer = call(lambda stripe: stripe.transfers.create(params, options))
        return {"transfer": transfer.id}

    def holds(self, *, message_id: str, end_to_end_ids: Sequence[str]) -> bool:
        (end_to_end_id,) = end_to_end_ids
        return any(
            getattr(one.metadata, "message_id", None) == message_id for one in _transfers(end_to_end_id)
        )

    def fetch(self) -> list[str]:
        cursor = earlier_message_id(channel=self.channel, skipped=OVERLAP)
        if cursor:
            with contextlib.suppress(Refused):  # Stripe forgets an event after thirty days
                return _events({"ending_before": cursor})
        return _events({})[::-1]

    def read(self, raw: str) -> Message:
        try:
            event = json.loads(raw)
            return Message(KINDS[event["type"]], event["id"], [_booked(event)])
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise UnreadableMessage(f"This is no event of Stripe's: {error!r}") from error

    def take_back(self, *, end_to_end_id: str, key: str) -> dict:
        """Reverses the whole transfer of a payment; the same key does it once. Raises Refused, Unsure."""
        transfers = _transfers(end_to_end_id)
        if len(transfers) != 1:
            raise Refused("resource_missing", f"Stripe knows {len(transfers)} transfers of {end_to_end_id}.")
        (transfer,) = transfers
        if transfer.reversed:
            return {"transfer": transfer.id}
        options = {"idempotency_key": f"reversal-{key}"}
        made = call(lambda stripe: stripe.transfers.reversals.create(transfer.id, {}, options))
        return {"transfer": transfer.id, "reversal": made.id}


def _transfers(end_to_end_id: str) -> list:
    params = {"transfer_group": end_to_end_id, "limit": 100}
    return call(lambda stripe: list(stripe.transfers.list(params).auto_paging_iter()))


def _events(params: dict) -> list[str]:
    """With a cursor oldest first, else newest first. Only what stays the same is kept of each: Stripe counts
    up in the rest."""
    asked = {"types": list(KINDS), "limit": 100, **params}
    found = call(lambda stripe: list(stripe.events.list(asked).auto_paging_iter()))
    return [
        json.dumps(
            {
                "id": one.id,
                "type": one.type,
                "created": one.created,
                "object": json.loads(str(one.data.object)),
            },
            sort_keys=True,
        )
        for one in found
    ]


def _booked(event: dict) -> BookedEntry:
    transfer, reversal = event["object"], event["type"] == "transfer.reversed"
    return BookedEntry(
        side="credit" if reversal else "debit",
        # Of several partial reversals only the last brings back what was paid; a person looks at the others.
        amount=int(transfer["amount_reversed" if reversal else "amount"]),
        currency=transfer["currency"].upper(),
        end_to_end_id=(transfer.get("metadata") or {}).get("end_to_end_id", ""),
        booked_date=dt.datetime.fromtimestamp(event["created"], dt.UTC).date(),
        bank_reference=transfer["id"],
        returned=reversal,
        code=RECALLED if reversal else "",
    )
