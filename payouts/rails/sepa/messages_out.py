"""pain.001: the order to our bank to pay creators.

Version pain.001.001.09 (the EPC's implementation guidelines since 2023). The library checks the file against
the schema but takes an IBAN with a wrong check digit, so what goes in is checked first.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sepaxml import SepaTransfer
from sepaxml.validation import ValidationError
from text_unidecode import unidecode

from payouts.calendar import business_day_after
from payouts.rails.interface import Order, Payment, Unpayable

SCHEMA = "pain.001.001.09"
LEAD_DAYS = 1
MOST_PAYMENTS = 500  # of a file; banks take thousands, and a person can still look through this many
LARGEST = 99_999_999_999  # EPC115-06: EUR 999,999,999.99
_REFERENCE = re.compile(r"[A-Za-z0-9+?/\-:().,' ]{1,35}")
# EPC217-08, SEPA requirements for an extended character set: what every bank must take.
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]+")


@dataclass(frozen=True)
class Debtor:
    name: str
    iban: str
    bic: str


class _Transfer(SepaTransfer):
    """The library makes up its own message id and reads its own clock; ours are given."""

    def __init__(self, config: dict, *, message_id: str, at: datetime):
        self._given = {"MsgId": message_id, "CreDtTm": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        super().__init__(config, schema=SCHEMA, clean=False)

    def _create_header(self) -> None:
        super()._create_header()
        for tag, text in self._given.items():
            self._xml.find(f"CstmrCdtTrfInitn/GrpHdr/{tag}").text = text

    def _finalize_batch(self) -> None:
        """Each payment is booked by itself, so that each can be found on the statement."""
        super()._finalize_batch()
        for booking in self._xml.iter("BtchBookg"):
            booking.text = "false"


def credit_transfers(order: Order, debtor: Debtor) -> str:
    """The file for these payments, valid against the schema. Raises Unpayable."""
    transfer = _Transfer(
        {
            "name": sepa_text(debtor.name, 70),
            "IBAN": debtor.iban,
            **({"BIC": debtor.bic} if debtor.bic else {}),
            "batch": True,
            "currency": "EUR",
        },
        message_id=order.message_id,
        at=order.at,
    )
    day = execution_date(order.at)
    for payment in order.payments:
        transfer.add_payment(
            {
                "name": sepa_text(payment.holder, 70) or "NOTPROVIDED",
                **check(payment),
                "amount": payment.amount,
                "execution_date": day,
                "description": sepa_text(payment.text, 140),
                "endtoend_id": payment.end_to_end_id,
            }
        )
    try:
        return transfer.export(validate=True).decode()
    except ValidationError as error:
        raise Unpayable("FF01", f"The payment file is not valid: {error.__cause__ or error}") from error


def check(payment: Payment) -> dict[str, str]:
    """Its account, as the file names it. Raises Unpayable."""
    from schwifty import BIC, IBAN  # slow to import, and only workers need it here
    from schwifty.exceptions import SchwiftyException

    if payment.currency != "EUR":
        raise Unpayable("AM03", f"SEPA pays euros, not {payment.currency}.")
    if not 0 < payment.amount <= LARGEST:
        raise Unpayable("AM01" if payment.amount <= 0 else "AM02", "The amount is not one that SEPA carries.")
    if not _REFERENCE.fullmatch(payment.end_to_end_id):
        raise Unpayable("FF01", "The reference is not one that SEPA carries.")
    try:
        iban = IBAN(payment.details.get("iban", ""))
    except SchwiftyException as error:
        raise Unpayable("AC01", "The IBAN is not valid.") from error
    if not iban.in_sepa_zone:
        raise Unpayable("AG01", f"The account is in {iban.country_code}, outside SEPA.")
    bic = payment.details.get("bic")
    if not bic:
        return {"IBAN": iban.compact}
    try:
        return {"IBAN": iban.compact, "BIC": BIC(bic).compact}
    except SchwiftyException as error:
        raise Unpayable("RC01", "The BIC is not valid.") from error


def sepa_text(text: str, limit: int) -> str:
    """The text in letters every SEPA bank takes: "Zoë & Łukasz" → "Zoe + Lukasz"."""
    plain = unidecode(text).replace("&", "+")
    return " ".join(_NOT_ALLOWED.sub(" ", plain).split())[:limit].strip()


def execution_date(at: datetime) -> date:
    """The next day after `at` on which euros settle: neither weekend nor one of the ECB's closing days."""
    return business_day_after(at.astimezone(UTC).date(), LEAD_DAYS)
