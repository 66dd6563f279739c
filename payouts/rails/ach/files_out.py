"""The NACHA file: the order to our bank to credit accounts in the United States.

One batch of PPD credits (prearranged payments to people) a file. The library lays the records out; what it
would cut to fit or take without looking, a reference or a routing number, is checked first.
"""

import string
from dataclasses import dataclass
from datetime import UTC, date, datetime

from achkit.generate import AchFile
from stdnum.us import rtn
from text_unidecode import unidecode

from payouts.calendar import business_day_after
from payouts.rails.interface import Order, Payment, Unpayable

LEAD_DAYS = 1
MOST_PAYMENTS = 500  # of a file; a person can still look through this many
LARGEST = 99_999_999_99  # ten digits of cents
_REFERENCE_LENGTH, _ACCOUNT_LENGTH = 15, 17
MODIFIERS = string.ascii_uppercase + string.digits


@dataclass(frozen=True)
class Originator:
    """Who pays: `number` is our company identification at the bank whose routing number this is."""

    name: str
    number: str
    routing: str
    bank_name: str


def check(payment: Payment) -> None:
    """Raises Unpayable."""
    if payment.currency != "USD":
        raise Unpayable("AM03", f"ACH pays US dollars, not {payment.currency}.")
    if not 0 < payment.amount <= LARGEST:
        raise Unpayable("AM01" if payment.amount <= 0 else "AM02", "The amount is not one that ACH carries.")
    if not rtn.is_valid(payment.details.get("routing", "")):
        raise Unpayable("RC01", "The routing number is not valid.")
    account = payment.details.get("account", "")
    if not (account.isascii() and account.isalnum() and len(account) <= _ACCOUNT_LENGTH):
        raise Unpayable("AC01", "The account number is not valid.")
    if payment.details.get("account_type", "checking") not in {"checking", "savings"}:
        raise Unpayable("AC14", "The account is neither a checking nor a savings account.")
    if len(payment.end_to_end_id) > _REFERENCE_LENGTH:
        raise Unpayable("FF01", "The reference is longer than ACH carries.")


def message_ids(originator: Originator, at: datetime) -> list[str]:
    """What a bank tells files apart by: who sent it, the minute it was made, and one letter or digit."""
    minute = at.astimezone(UTC).strftime("%y%m%d%H%M")
    return [f"{originator.routing}-{minute}{modifier}" for modifier in MODIFIERS]


def credits(order: Order, originator: Originator) -> str:
    """The file for these payments, each of which has been checked."""
    file = AchFile.create(
        origin_dfi=originator.routing,
        destination_routing=originator.routing,
        company_id=originator.number,
        destination_name=originator.bank_name,
        origin_name=unidecode(originator.name),
        file_id_modifier=order.message_id[-1],
        creation_date=order.at.astimezone(UTC),
    )
    batch = file.batch("PPD", "PAYOUT", effective_date(order.at).isoformat())
    for payment in order.payments:
        batch.credit(
            unidecode(payment.holder),
            payment.details["routing"],
            payment.details["account"],
            payment.amount,
            account_type=payment.details.get("account_type", "checking"),
            id_number=payment.end_to_end_id,
        )
    return file.render()


def effective_date(at: datetime) -> date:
    """The next day after `at` on which the Federal Reserve settles."""
    return business_day_after(at.astimezone(UTC).date(), LEAD_DAYS, currency="USD")
