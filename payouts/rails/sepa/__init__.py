"""SEPA credit transfers: ISO 20022 messages over a connection to our bank."""

from django.conf import settings

from payouts.rails.interface import Capabilities, Message, Order
from payouts.rails.sepa import messages_in, messages_out
from payouts.rails.sepa.connection import BankConnection, HttpBank


class SepaRail:
    capabilities = Capabilities(
        currencies=frozenset({"EUR"}), method_kinds=frozenset({"iban"}), lead_days=messages_out.LEAD_DAYS
    )

    def __init__(self) -> None:
        self._bank: BankConnection = HttpBank(
            settings.BANK_URL, user=settings.BANK_USER, password=settings.BANK_PASSWORD
        )

    def write(self, order: Order) -> str:
        debtor = messages_out.Debtor(
            name=settings.BANK_ACCOUNT_NAME, iban=settings.BANK_ACCOUNT_IBAN, bic=settings.BANK_ACCOUNT_BIC
        )
        return messages_out.credit_transfer(order, debtor)

    def send(self, message: str) -> dict:
        return self._bank.send(message)

    def holds(self, *, message_id: str, end_to_end_id: str) -> bool:
        return self._bank.holds(message_id=message_id, end_to_end_id=end_to_end_id)

    def fetch(self) -> list[str]:
        return self._bank.fetch()

    def read(self, raw: str) -> Message:
        return messages_in.read(raw)
