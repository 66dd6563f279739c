"""Every way to change the books."""

from ledger.operations.accounts import fold, freeze, lock, open_accounts, thaw
from ledger.operations.own_funds import UnableToMoveOwnFunds, move_own_funds, own_funds_key
from ledger.operations.posting import (
    NOT_OPEN,
    Posted,
    Transfer,
    mirror,
    outcome_of,
    post,
    refusal,
    refused,
    reverse,
)
from ledger.operations.rates import UnableToSetRate, assert_rate, rate_notice, set_rate
from ledger.operations.refusals import (
    AccountFrozen,
    AlreadyReversed,
    IdempotencyConflict,
    InsufficientFunds,
    InvalidEntry,
    LedgerError,
    UnknownAccount,
)

__all__ = [
    "NOT_OPEN",
    "AccountFrozen",
    "AlreadyReversed",
    "IdempotencyConflict",
    "InsufficientFunds",
    "InvalidEntry",
    "LedgerError",
    "Posted",
    "Transfer",
    "UnableToMoveOwnFunds",
    "UnableToSetRate",
    "UnknownAccount",
    "assert_rate",
    "fold",
    "freeze",
    "lock",
    "mirror",
    "move_own_funds",
    "open_accounts",
    "outcome_of",
    "own_funds_key",
    "post",
    "rate_notice",
    "refusal",
    "refused",
    "reverse",
    "set_rate",
    "thaw",
]
