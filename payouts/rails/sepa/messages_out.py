"""pain.001: the order to our bank to pay one creator.

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
from payouts.rails.interface import Order, Unpayable

SCHEMA = "pain.001.001.09"
LEAD_DAYS = 1
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


def credit_transfer(order: Order, debtor: Debtor) -> str:
    """The file for one payment, valid against the schema. Raises Unpayable."""
    if order.currency != "EUR":
        raise Unpayable("AM03", f"SEPA pays euros, not {order.currency}.")
    if order.amount <= 0:
        raise Unpayable("AM01", "There is nothing to pay.")
    transfer = _Transfer(
        {
            "name": sepa_text(debtor.name, 70),
            "IBAN": debtor.iban,
            **({"BIC": debtor.bic} if debtor.bic else {}),
            "batch": False,
            "currency": order.currency,
        },
        message_id=order.message_id,
        at=order.at,
    )
    transfer.add_payment(
        {
            "name": sepa_text(order.holder, 70) or "NOTPROVIDED",
            **_destination(order),
            "amount": order.amount,
            "execution_date": execution_date(order.at),
            "description": sepa_text(order.text, 140),
            "endtoend_id": order.end_to_end_id,
        }
    )
    try:
        return transfer.export(validate=True).decode()
    except ValidationError as error:
        raise Unpayable("FF01", f"The payment file is not valid: {error.__cause__ or error}") from error


def _destination(order: Order) -> dict[str, str]:
    from schwifty import BIC, IBAN  # slow to import, and only workers need it here
    from schwifty.exceptions import SchwiftyException

    try:
        iban = IBAN(order.details["iban"])
    except SchwiftyException as error:
        raise Unpayable("AC01", "The IBAN is not valid.") from error
    if not iban.in_sepa_zone:
        raise Unpayable("AG01", f"The account is in {iban.country_code}, outside SEPA.")
    bic = order.details.get("bic")
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
