"""SEPA credit transfers: ISO 20022 messages over a connection to our bank."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from payouts.rails.interface import Capabilities, Message, Order, Payment
from payouts.rails.sepa import messages_in, messages_out
from payouts.rails.sepa.connection import BankConnection, HttpBank


class SepaRail:
    capabilities = Capabilities(
        currencies=frozenset({"EUR"}),
        method_kinds=frozenset({"iban"}),
        lead_days=messages_out.LEAD_DAYS,
        most_payments=messages_out.MOST_PAYMENTS,
    )
    channel = "bank"

    def __init__(self) -> None:
        self.account = settings.BANK_ACCOUNT_IBAN
        self._bank: BankConnection = HttpBank(
            settings.BANK_URL, user=settings.BANK_USER, password=settings.BANK_PASSWORD
        )

    def check(self, payment: Payment, *, at: datetime) -> None:
        messages_out.check(payment)

    def message_ids(self, *, file_id: str, at: datetime) -> Iterable[str]:
        return [file_id]

    def write(self, order: Order) -> str:
        debtor = messages_out.Debtor(
            name=settings.BANK_ACCOUNT_NAME, iban=settings.BANK_ACCOUNT_IBAN, bic=settings.BANK_ACCOUNT_BIC
        )
        return messages_out.credit_transfers(order, debtor)

    def send(self, message: str) -> dict:
        return self._bank.send(message)

    def holds(self, *, message_id: str, end_to_end_ids: Sequence[str]) -> bool:
        return self._bank.holds(message_id=message_id, end_to_end_id=end_to_end_ids[0])

    def fetch(self) -> list[str]:
        return self._bank.fetch()

    def read(self, raw: str) -> Message:
        return messages_in.read(raw)
