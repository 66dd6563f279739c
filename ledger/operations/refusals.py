"""Why the ledger refuses something."""

import uuid


class LedgerError(Exception):
    """The entry was refused and nothing moved."""


class InsufficientFunds(LedgerError):
    """The entry would take an account below its floor."""

    def __init__(self, account_id: uuid.UUID) -> None:
        super().__init__(f"Account {account_id} does not hold that much.")
        self.account_id = account_id


class AccountFrozen(LedgerError):
    """The entry would take something out of a frozen account."""

    def __init__(self, account_id: uuid.UUID) -> None:
        super().__init__(f"Account {account_id} is frozen.")
        self.account_id = account_id


class IdempotencyConflict(LedgerError):
    """This key has already been used for something else."""


class InvalidEntry(LedgerError):
    """The entry makes no sense: no transfers, an amount that is not positive, units that differ."""


class AlreadyReversed(LedgerError):
    """An entry can be reversed once."""


class UnknownAccount(LedgerError):
    """One of the accounts is not open yet; `open_accounts`, then post again."""
