"""Payments that staff make by hand, on the pages of a bank to which no line leads. The message is what they
are to pay; what came of it they record, with the bank's receipt (`payouts.operations.by_hand`), and it is
read like any bank's word."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence

from iso4217 import Currency

from payouts.rails.interface import (
    BookedEntry,
    Capabilities,
    Message,
    Order,
    Payment,
    PaymentStatus,
    Unpayable,
    UnreadableMessage,
)

CHANNEL = "manual"


class ManualRail:
    capabilities = Capabilities(
        currencies=frozenset(currency.code for currency in Currency),
        method_kinds=frozenset({"manual"}),
        lead_days=1,
    )
    channel = CHANNEL
    account = ""

    def check(self, payment: Payment, *, at: dt.datetime) -> None:
        if payment.amount <= 0:
            raise Unpayable("AM01", "There is nothing to pay.")

    def message_ids(self, *, file_id: str, at: dt.datetime) -> Iterable[str]:
        return [file_id]

    def write(self, order: Order) -> str:
        (payment,) = order.payments
        facts = {
            "amount": payment.amount,
            "currency": payment.currency,
            "reference": payment.end_to_end_id,
            "holder": payment.holder,
            "country": payment.country,
            **payment.details,
        }
        return json.dumps(facts, sort_keys=True)

    def send(self, message: str) -> dict:
        return {"waits_for": "a person"}

    def holds(self, *, message_id: str, end_to_end_ids: Sequence[str]) -> bool:
        return True  # the people who pay look at our own rows

    def fetch(self) -> list[str]:
        return []  # what they record is kept at once

    def read(self, raw: str) -> Message:
        try:
            said = json.loads(raw)
            return Message(said["what"], said["id"], [_RECORDS[said["what"]](said)])
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise UnreadableMessage(f"This is no record of a payment by hand: {error!r}") from error


def _movement(said: dict) -> BookedEntry:
    returned = said["what"] == "returned"
    return BookedEntry(
        side="credit" if returned else "debit",
        amount=said["amount"],
        currency=said["currency"],
        end_to_end_id=said["end_to_end_id"],
        booked_date=dt.date.fromisoformat(said["booked_date"]),
        bank_reference=said["bank_reference"],
        returned=returned,
        code=said["code"],
        text=said["words"],
    )


def _refusal(said: dict) -> PaymentStatus:
    return PaymentStatus(
        status="RJCT", end_to_end_id=said["end_to_end_id"], code=said["code"], text=said["words"]
    )


_RECORDS = {"paid": _movement, "returned": _movement, "refused": _refusal}
