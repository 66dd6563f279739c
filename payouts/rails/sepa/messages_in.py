"""What a bank says: pain.002, camt.052/053/054 and pacs.004, of any version and dialect.

Elements are found by local name, so that a version's namespace, or a country's own, doesn't matter. A message
that can't be read raises UnreadableMessage; one line of it that can't be understood is returned with its
`problem`, so that it hides none of its neighbours. No document type or entity is ever expanded.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ledger import units
from payouts.rails.interface import BookedEntry, Message, PaymentStatus, UnreadableMessage
from payouts.rails.sepa import xml

LARGEST = 20_000_000  # characters; a month's statement of a busy account has a tenth of it
_AMOUNT = re.compile(r"\d{1,18}(\.\d{0,5})?", re.ASCII)  # ISO 20022: 18 digits, 5 of them decimals
_SIDES = {"DBIT": "debit", "CRDT": "credit"}


def read(raw: str) -> Message:
    """Raises UnreadableMessage."""
    if len(raw) > LARGEST:
        raise UnreadableMessage(f"The message has {len(raw)} characters, more than {LARGEST}.")
    try:
        root = fromstring(raw, forbid_dtd=True)
    except DefusedXmlException as error:
        raise UnreadableMessage(
            "It declares a document type or entities, which no bank's file does."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableMessage("It is no XML, or it is damaged: get it from the bank again.") from error
    for element in root.iter():
        if reader := _READERS.get(xml.name(element)):
            kind, records = reader
            sender_id = xml.text(element, "GrpHdr", "MsgId")
            return Message(kind, sender_id, list(records(element)))
    raise UnreadableMessage(f"No message of a kind that we read begins in <{xml.name(root)}>.")


def _reference(element: Element | None, *path: str) -> str:
    """ISO 20022 writes NOTPROVIDED where a mandatory reference is unknown."""
    text = xml.text(element, *path)
    return "" if text == "NOTPROVIDED" else text


def _reason(information: Element | None) -> tuple[str, str]:
    """Code and words of a reason, be it from the code list or the bank's own."""
    code = xml.text(information, "Rsn", "Cd") or xml.text(information, "Rsn", "Prtry")
    words = [child.text.strip() for child in xml.children(information, "AddtlInf") if child.text]
    return code, " ".join(words)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _amount(element: Element | None) -> tuple[int | None, str, str]:
    """Parts, currency and, where the parts can't be told, the problem. Nothing is ever rounded."""
    if element is None:
        return None, "", "The entry states no amount of its own."
    text, currency = (element.text or "").strip(), element.get("Ccy", "")
    if not _AMOUNT.fullmatch(text):
        return None, currency, f"{text!r} is no amount."
    try:
        parts = units.to_parts(Decimal(text), currency)
    except (units.UnknownUnit, units.TooPrecise) as error:
        return None, currency, str(error)
    if parts > units.LARGEST:
        return None, currency, f"{text} is more than the books can hold."
    return parts, currency, ""


# --- pain.002: what the bank thinks of an order -------------------------------------------------------------


def _statuses(report: Element) -> Iterator[PaymentStatus]:
    """Payments first, then what is said of whole groups where it is not merely their sum."""
    group = xml.find(report, "OrgnlGrpInfAndSts")
    if group is None:
        raise UnreadableMessage("The status report does not say which message it is about.")
    message_id = _reference(group, "OrgnlMsgId")
    blocks = xml.children(report, "OrgnlPmtInfAndSts")
    told = False
    for block in [report, *blocks]:  # version 2 had the payments directly below the report
        for payment in xml.children(block, "TxInfAndSts"):
            told = True
            yield _status(payment, "TxSts", message_id, _reference(payment, "OrgnlEndToEndId"))
    for block, tag in [*((block, "PmtInfSts") for block in blocks), (group, "GrpSts")]:
        status = xml.text(block, tag)
        if status and (status == "RJCT" or not told):
            told = True
            yield _status(block, tag, message_id)


def _status(element: Element, tag: str, message_id: str, end_to_end_id: str = "") -> PaymentStatus:
    code, text = _reason(xml.find(element, "StsRsnInf"))
    return PaymentStatus(
        status=xml.text(element, tag),
        end_to_end_id=end_to_end_id,
        original_message_id=message_id,
        code=code,
        text=text,
    )


# --- camt: what moved on the account ------------------------------------------------------------------------


def _entries(report: Element) -> Iterator[BookedEntry]:
    accounts = [child for child in report if xml.name(child) in {"Ntfctn", "Stmt", "Rpt"}]
    if not accounts:
        raise UnreadableMessage("The message reports on no account.")
    for account in accounts:
        for entry in xml.booked(account):
            yield from _booked(entry, xml.account(account))


def _booked(entry: Element, iban: str) -> Iterator[BookedEntry]:
    details = [tx for block in xml.children(entry, "NtryDtls") for tx in xml.children(block, "TxDtls")]
    for tx in details or [None]:
        own = (
            xml.find(tx, "Amt"),
            xml.find(tx, "AmtDtls", "TxAmt", "Amt"),
            xml.find(tx, "AmtDtls", "InstdAmt", "Amt"),
            xml.find(entry, "Amt") if len(details) <= 1 else None,
        )
        amount, currency, problem = _amount(next((element for element in own if element is not None), None))
        side = _SIDES.get(xml.text(tx, "CdtDbtInd") or xml.text(entry, "CdtDbtInd"), "")
        code, text = _reason(xml.find(tx, "RtrInf"))
        reversal = xml.text(entry, "RvslInd") in {"true", "1"}
        yield BookedEntry(
            side=side,
            amount=amount,
            currency=currency,
            end_to_end_id=_reference(tx, "Refs", "EndToEndId"),
            account=iban,
            booked_date=_day(xml.text(entry, "BookgDt", "Dt") or xml.text(entry, "BookgDt", "DtTm")),
            bank_reference=xml.text(tx, "Refs", "AcctSvcrRef") or xml.text(entry, "AcctSvcrRef"),
            returned=side == "credit" and (xml.find(tx, "RtrInf") is not None or reversal),
            code=code,
            text=text,
            problem=problem or ("" if side else "The entry is neither debit nor credit."),
        )


# --- pacs.004: a payment that comes back --------------------------------------------------------------------


def _returns(message: Element) -> Iterator[BookedEntry]:
    payments = xml.children(message, "TxInf")
    if not payments:
        raise UnreadableMessage("The return names no payment.")
    for payment in payments:
        amount, currency, problem = _amount(xml.find(payment, "RtrdIntrBkSttlmAmt"))
        code, text = _reason(xml.find(payment, "RtrRsnInf"))
        day = xml.text(payment, "IntrBkSttlmDt") or xml.text(message, "GrpHdr", "IntrBkSttlmDt")
        yield BookedEntry(
            side="credit",
            amount=amount,
            currency=currency,
            end_to_end_id=_reference(payment, "OrgnlEndToEndId"),
            account=xml.text(payment, "OrgnlTxRef", "DbtrAcct", "Id", "IBAN"),
            booked_date=_day(day),
            bank_reference=xml.text(payment, "RtrId"),
            returned=True,
            code=code,
            text=text,
            problem=problem,
        )


_READERS = {
    "CstmrPmtStsRpt": ("pain.002", _statuses),
    "BkToCstmrDbtCdtNtfctn": ("camt.054", _entries),
    "BkToCstmrStmt": ("camt.053", _entries),
    "BkToCstmrAcctRpt": ("camt.052", _entries),
    "PmtRtr": ("pacs.004", _returns),
}
