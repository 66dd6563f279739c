"""SEPA credit transfers: ISO 20022 messages over the line to our bank."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from payouts.rails.bank import BankRail
from payouts.rails.interface import Capabilities, Order, Payment
from payouts.rails.sepa import messages_out


class SepaRail(BankRail):
    capabilities = Capabilities(
        currencies=frozenset({"EUR"}),
        method_kinds=frozenset({"iban"}),
        lead_days=messages_out.LEAD_DAYS,
        most_payments=messages_out.MOST_PAYMENTS,
    )

    @property
    def account(self) -> str:
        return settings.BANK_ACCOUNT_IBAN

    def check(self, payment: Payment, *, at: datetime) -> None:
        messages_out.check(payment)

    def message_ids(self, *, file_id: str, at: datetime) -> Iterable[str]:
        return [file_id]

    def write(self, order: Order) -> str:
        debtor = messages_out.Debtor(
            name=settings.BANK_ACCOUNT_NAME, iban=settings.BANK_ACCOUNT_IBAN, bic=settings.BANK_ACCOUNT_BIC
        )
        return messages_out.credit_transfers(order, debtor)
