"""Cash that the portal pays a creator: from pending to available, and back where it was not theirs.

What had become available may have been paid out since. It is taken from what is available in that currency,
and the rest is a debt, which whatever becomes available next in that currency repays before anything else.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction

from ledger.chart import CREATOR_CASH_AVAILABLE, CREATOR_CASH_OWED, CREATOR_CASH_PENDING, Account
from ledger.operations import IdempotencyConflict, Posted, Transfer, lock, open_accounts, post
from ledger.queries import balance, entry_of, lifetime, postings_of

REPAYMENT = "cash_repayment"


@dataclass(frozen=True)
class Taken:
    """Where the parts of what was taken back came from; `owed` is what the creator has to earn first."""

    entry_id: uuid.UUID
    pending: int
    available: int
    owed: int


@transaction.atomic
def make_available(
    *, creator_id: uuid.UUID, currency: str, amount: int, kind: str, key: str, at: dt.datetime
) -> Posted:
    """`amount` smallest parts of the creator's pending cash become available, less what they owe in this
    currency. The same key does it once.

    Raises ledger.operations.InsufficientFunds, IdempotencyConflict."""
    available, owed = _locked(creator_id, currency)
    pending = CREATOR_CASH_PENDING.of(creator_id, currency)
    entry_id = _done(key, amount, given=(CREATOR_CASH_PENDING,))
    if entry_id is not None:
        return Posted(entry_id, True)
    repaid = min(amount, -balance(owed))
    transfers = _some((pending, owed, repaid), (pending, available, amount - repaid))
    return post(kind=kind, key=key, at=at, transfers=transfers)


@transaction.atomic
def take_back(
    *,
    creator_id: uuid.UUID,
    currency: str,
    amount: int,
    destination: Account,
    kind: str,
    key: str,
    at: dt.datetime,
    pending: int = 0,
) -> Taken:
    """Take `amount` smallest parts back to `destination`: the `pending` of them that have not become
    available (the caller's rows know), then of what is available, and the rest as a debt. The same key takes
    once.

    Raises ledger.operations.InsufficientFunds (that much is not pending), IdempotencyConflict."""
    available, owed = _locked(creator_id, currency)
    sources = CREATOR_CASH_PENDING, CREATOR_CASH_AVAILABLE, CREATOR_CASH_OWED
    entry_id = _done(key, amount, given=sources)
    if entry_id is None:
        taken = min(amount - pending, balance(available))
        entry_id = post(
            kind=kind,
            key=key,
            at=at,
            transfers=_some(
                (CREATOR_CASH_PENDING.of(creator_id, currency), destination, pending),
                (available, destination, taken),
                (owed, destination, amount - pending - taken),
            ),
        ).entry_id
    moved = {code: -parts for code, _, parts in postings_of(entry_id)}
    return Taken(entry_id, *(moved.get(source.code, 0) for source in sources))


@transaction.atomic
def repay(*, creator_id: uuid.UUID, currency: str, at: dt.datetime) -> int:
    """Pay what is owed from what is available: a payout that came back can leave both. Returns the smallest
    parts that went to the debt."""
    available, owed = _locked(creator_id, currency)
    amount = min(balance(available), -balance(owed))
    if amount:
        repaid = lifetime(owed).credited + amount
        post(
            kind=REPAYMENT,
            key=f"cash:{creator_id}:{currency}:repaid:{repaid}",
            at=at,
            transfers=[Transfer(available, owed, amount)],
        )
    return amount


def _locked(creator_id: uuid.UUID, currency: str) -> tuple[Account, Account]:
    """What is available and what is owed, so that nobody spends or repays it meanwhile."""
    accounts = CREATOR_CASH_AVAILABLE.of(creator_id, currency), CREATOR_CASH_OWED.of(creator_id, currency)
    open_accounts(accounts)
    lock(accounts)
    return accounts


def _done(key: str, amount: int, *, given: tuple) -> uuid.UUID | None:
    """The entry under this key, if it moved as much: how it was shared out depended on the debt of then."""
    entry_id = entry_of(key)
    if entry_id is None:
        return None
    codes = {each.code for each in given}
    if sum(parts for code, _, parts in postings_of(entry_id) if code in codes) != -amount:
        raise IdempotencyConflict(f"The key {key!r} was used for something else.")
    return entry_id


def _some(*moves: tuple[Account, Account, int]) -> list[Transfer]:
    return [Transfer(*move) for move in moves if move[2]]
