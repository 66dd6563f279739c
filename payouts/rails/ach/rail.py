"""ACH credits: NACHA files over the line to our bank, for accounts in the United States."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from payouts.rails.ach import files_out
from payouts.rails.bank import BankRail
from payouts.rails.interface import Capabilities, Order, Payment


class AchRail(BankRail):
    capabilities = Capabilities(
        currencies=frozenset({"USD"}),
        method_kinds=frozenset({"us_bank"}),
        lead_days=files_out.LEAD_DAYS,
        most_payments=files_out.MOST_PAYMENTS,
    )

    @property
    def account(self) -> str:
        return settings.BANK_DOLLAR_ACCOUNT

    def check(self, payment: Payment, *, at: datetime) -> None:
        files_out.check(payment)

    def message_ids(self, *, file_id: str, at: datetime) -> Iterable[str]:
        return files_out.message_ids(_originator(), at)

    def write(self, order: Order) -> str:
        return files_out.credits(order, _originator())


def _originator() -> files_out.Originator:
    return files_out.Originator(
        name=settings.BANK_ACCOUNT_NAME,
        number=settings.BANK_DOLLAR_NUMBER,
        routing=settings.BANK_DOLLAR_ROUTING,
        bank_name=settings.BANK_NAME,
    )
