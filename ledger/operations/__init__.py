"""Every way to change the books."""

from ledger.operations.accounts import fold, freeze, lock, open_accounts, thaw
from ledger.operations.posting import Posted, Transfer, mirror, outcome_of, post, refusal, reverse
from ledger.operations.rates import UnableToSetRate, assert_rate, rate_notice, set_rate
from ledger.operations.refusals import (
    AccountFrozen,
    AlreadyReversed,
    IdempotencyConflict,
    InsufficientFunds,
    InvalidEntry,
    KeyTaken,
    LedgerError,
    UnknownAccount,
)

__all__ = [
    "AccountFrozen",
    "AlreadyReversed",
    "IdempotencyConflict",
    "InsufficientFunds",
    "InvalidEntry",
    "KeyTaken",
    "LedgerError",
    "Posted",
    "Transfer",
    "UnableToSetRate",
    "UnknownAccount",
    "assert_rate",
    "fold",
    "freeze",
    "lock",
    "mirror",
    "open_accounts",
    "outcome_of",
    "post",
    "rate_notice",
    "refusal",
    "reverse",
    "set_rate",
    "thaw",
]
