"""What every rail can do, and the words in which it says what came of it.

Operations speak only these words; a rail turns them into its bank's format and back. A rail never decides
what happens to a payout.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol


class Unpayable(Exception):
    """The rail can't make a payment out of this, and nothing was sent. `code` is in `failures`."""

    def __init__(self, code: str, text: str):
        super().__init__(text)
        self.code = code


class Refused(Exception):
    """Before accepting it, the bank said that it will not carry this message out. `failures` has `code`."""

    def __init__(self, code: str, text: str):
        super().__init__(text)
        self.code = code


class Unsure(Exception):
    """No clear answer: the bank may or may not have it. Ask before anything is sent again."""


class ByHand(Exception):
    """There is no line to this bank: a person carries the message there, and says when it is done."""


class UnreadableMessage(Exception):
    """This is no message that we can read; the text says why."""


@dataclass(frozen=True)
class Capabilities:
    """`lead_days`: business days between handing a payment over and the day it may be asked for.
    `most_payments`: as many fit into one message."""

    currencies: frozenset[str]
    method_kinds: frozenset[str]
    lead_days: int
    most_payments: int = 1


@dataclass(frozen=True)
class Payment:
    """One payment to make. `amount` in the currency's smallest parts; its receiver reads `text`. `details`
    are those of the payout method, `country` is where its account is."""

    end_to_end_id: str
    amount: int
    currency: str
    holder: str
    country: str
    details: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Order:
    """What one message asks for: payments in one currency, each with an `end_to_end_id` of its own."""

    message_id: str
    at: datetime
    payments: tuple[Payment, ...]


@dataclass(frozen=True)
class PaymentStatus:
    """A bank's word about an order it received. Without an `end_to_end_id` it is about the whole message."""

    status: str
    end_to_end_id: str = ""
    original_message_id: str = ""
    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class BookedEntry:
    """A movement on our account. `amount` in smallest parts, None where `problem` says why it can't be told.

    `returned`: the bank says that this credit is one of our payments coming back; `code` then is its reason.
    """

    side: str  # "debit" | "credit"
    amount: int | None
    currency: str
    end_to_end_id: str = ""
    account: str = ""
    booked_date: date | None = None
    bank_reference: str = ""
    returned: bool = False
    code: str = ""
    text: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Message:
    """What one bank message says. `kind` is like "camt.054", `sender_id` the id its sender gave it."""

    kind: str
    sender_id: str
    records: list[PaymentStatus | BookedEntry] = field(default_factory=list)


@dataclass(frozen=True)
class Statement:
    """What an end-of-day statement says of the account beside its entries. Balances are signed, in the
    smallest part of `currency`; None where the statement doesn't tell them. `moved` is what its entries sum
    to; `number` counts the account's statements without gaps, 0 if untold."""

    account: str
    day: date
    number: int
    currency: str
    opening: int | None
    closing: int | None
    moved: int


class Rail(Protocol):
    """`channel` names the mailbox in which its bank answers: rails of one channel share it, and it is read
    through any one of them. `account` is ours, as the bank's messages name it; empty where they don't."""

    capabilities: Capabilities
    channel: str
    account: str

    def check(self, payment: Payment, *, at: datetime) -> None:
        """Raises Unpayable for a payment that would spoil the message it is in."""

    def message_ids(self, *, file_id: str, at: datetime) -> Iterable[str]:
        """Ids that a message of this moment may have, the first one that is free is taken. The bank refuses a
        second message of the same id."""

    def write(self, order: Order) -> str:
        """The message that asks for these payments, each of which has been checked. Raises Unpayable."""

    def send(self, message: str) -> dict:
        """Hands the message over; returns the bank's receipt, also if it had the message already.

        Raises Refused, Unsure, ByHand."""

    def holds(self, *, message_id: str, end_to_end_ids: Sequence[str]) -> bool:
        """Asks whether the bank has this message, which has these payments. Raises Unsure, ByHand."""

    def fetch(self) -> list[str]:
        """All that the bank has laid out in the channel, oldest first, perhaps seen before. Raises Unsure."""

    def read(self, raw: str) -> Message:
        """Raises UnreadableMessage, and nothing else, whatever the text."""
