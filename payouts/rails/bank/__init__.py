"""What every rail over the line to our bank has in common: how it sends, asks, fetches and reads."""

from collections.abc import Sequence

from django.conf import settings

from payouts.rails.ach import files_in as ach
from payouts.rails.ach import statements as bai2
from payouts.rails.bank.connections import BankConnection, connection
from payouts.rails.interface import Message, Statement
from payouts.rails.sepa import messages_in as iso
from payouts.rails.sepa import statements as camt


class BankRail:
    channel = "bank"

    def __init__(self) -> None:
        self._bank: BankConnection = connection()

    def send(self, message: str) -> dict:
        return self._bank.send(message)

    def holds(self, *, message_id: str, end_to_end_ids: Sequence[str]) -> bool:
        return self._bank.holds(message_id=message_id, end_to_end_id=end_to_end_ids[0])

    def fetch(self) -> list[str]:
        return self._bank.fetch()

    def read(self, raw: str) -> Message:
        for reader in (ach, bai2):
            if reader.recognises(raw):
                return reader.read(raw, our_accounts=_our_accounts())
        return iso.read(raw)

    def statements(self, raw: str) -> list[Statement]:
        """Of an end-of-day statement that `read` has read."""
        if bai2.recognises(raw):
            return bai2.statements(raw, our_accounts=_our_accounts())
        return camt.statements(raw)


def _our_accounts() -> dict[str, str]:
    """By the number that American formats know them by."""
    return {settings.BANK_DOLLAR_NUMBER: settings.BANK_DOLLAR_ACCOUNT}
