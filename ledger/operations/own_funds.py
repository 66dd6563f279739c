"""The platform's own money: what its owners put into its accounts at banks, and take out of them again."""

import datetime as dt

from ledger.chart import OWN_FUNDS, PAYOUT_CLEARING
from ledger.operations.posting import Posted, Transfer, post
from ledger.operations.refusals import IdempotencyConflict, InsufficientFunds, LedgerError

KIND = "own_funds"


class UnableToMoveOwnFunds(LedgerError):
    """There is not so much, or the bank's reference was booked before. `field` names what is wrong."""

    def __init__(self, words: str, field: str) -> None:
        super().__init__(words)
        self.field = field


def own_funds_key(reference: str) -> str:
    return f"{KIND}:{reference}"


def move_own_funds(
    *, currency: str, amount: int, takes_out: bool, reference: str, reason: str, at: dt.datetime
) -> Posted:
    """Book `amount` (the currency's smallest part) that owners paid in at a bank, or took out there.
    `reference` is the bank's for it, and makes it happen once.

    Raises UnableToMoveOwnFunds, InvalidEntry, ledger.chart.WrongUnit.
    """
    sides = (PAYOUT_CLEARING.platform(currency), OWN_FUNDS.platform(currency))
    source, destination = reversed(sides) if takes_out else sides
    transfer = Transfer(source, destination, amount)
    try:
        return post(kind=KIND, key=own_funds_key(reference), at=at, transfers=[transfer], reason=reason)
    except InsufficientFunds as error:
        raise UnableToMoveOwnFunds("The owners have not put in so much.", "amount") from error
    except IdempotencyConflict as error:
        raise UnableToMoveOwnFunds("Something else was booked with this reference.", "reference") from error
