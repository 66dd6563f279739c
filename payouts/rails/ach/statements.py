"""BAI2, the end-of-day statement of American banks. It never says why a payment came back."""

from collections.abc import Iterator

from bai2 import bai2
from bai2.constants import TypeCodeTransaction
from bai2.exceptions import IntegrityException, NotSupportedYetException, ParsingException

from payouts.rails.interface import BookedEntry, Message, Statement, UnreadableMessage

RETURNED = "257"
"""BAI's code of an individual ACH return item."""
OPENING, CLOSING = "010", "015"
"""BAI's codes of the ledger balance at the beginning and at the end of the day."""
_SIGNS = {TypeCodeTransaction.debit: -1, TypeCodeTransaction.credit: 1}
_BROKEN = (IntegrityException, NotSupportedYetException, ParsingException)
_SIDES = {TypeCodeTransaction.debit: "debit", TypeCodeTransaction.credit: "credit"}


def recognises(raw: str) -> bool:
    return raw.startswith("01,")


def read(raw: str, *, our_accounts: dict[str, str]) -> Message:
    """Raises UnreadableMessage."""
    try:
        file = bai2.parse_from_string(raw, check_integrity=True)
        return Message("bai2", file.header.file_id, list(_entries(file, our_accounts)))
    except (*_BROKEN, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnreadableMessage(f"This is no BAI2 statement that we read: {error}") from error


def statements(raw: str, *, our_accounts: dict[str, str]) -> list[Statement]:
    """Of a file that `read` has read. BAI2 numbers no statements."""
    groups = bai2.parse_from_string(raw, check_integrity=True).children
    return [_statement(group, account, our_accounts) for group in groups for account in group.children]


def _statement(group, account, our_accounts: dict[str, str]) -> Statement:
    told = {item.type_code.code: item.amount for item in account.header.summary_items if item.type_code}
    number = account.header.customer_account_number
    return Statement(
        account=our_accounts.get(number, number),
        day=group.header.as_of_date,
        number=0,
        currency=account.header.currency or group.header.currency or "USD",
        opening=told.get(OPENING),
        closing=told.get(CLOSING),
        moved=sum(_SIGNS.get(entry.type_code.transaction, 0) * entry.amount for entry in account.children),
    )


def _entries(file, our_accounts: dict[str, str]) -> Iterator[BookedEntry]:
    for group in file.children:
        for account in group.children:
            number = account.header.customer_account_number
            for entry in account.children:
                side = _SIDES.get(entry.type_code.transaction, "")
                yield BookedEntry(
                    side=side,
                    amount=entry.amount,
                    currency=account.header.currency or group.header.currency or "USD",
                    end_to_end_id=entry.bank_reference or "",
                    account=our_accounts.get(number, number),
                    booked_date=group.header.as_of_date,
                    returned=entry.type_code.code == RETURNED,
                    text=entry.text or "",
                    problem="" if side else "The entry is neither debit nor credit.",
                )
