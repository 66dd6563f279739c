"""Accounts are opened, locked, frozen, and their inboxes folded."""

from collections.abc import Iterable

from django.db import connection

from ledger.chart import Account
from ledger.models import Account as AccountRow
from ledger.models import Credit

FOLDED_AT_ONCE = 100


def open_accounts(accounts: Iterable[Account]) -> None:
    """Open what is not open yet. Posting does so by itself; callers may do it ahead."""
    rows = {
        account.id: AccountRow(
            id=account.id,
            owner_id=account.owner_id,
            code=account.type.code,
            unit=account.unit,
            folded=account.type.folded,
            floor=account.type.floor,
        )
        for account in accounts
    }
    AccountRow.objects.bulk_create(rows.values(), ignore_conflicts=True)


def lock(accounts: Iterable[Account]) -> None:
    """Take these accounts' rows until the caller's transaction ends. Nothing is debited meanwhile; credits of
    folded accounts still come in."""
    ids = [account.id for account in accounts]
    list(AccountRow.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id"))


def freeze(accounts: Iterable[Account]) -> None:
    """From now on nothing goes out of these accounts but by `through_freeze`. May be repeated."""
    _set_frozen(accounts, frozen=True)


def thaw(accounts: Iterable[Account]) -> None:
    """Undo `freeze`. May be repeated."""
    _set_frozen(accounts, frozen=False)


def _set_frozen(accounts: Iterable[Account], *, frozen: bool) -> None:
    wanted = list(accounts)
    open_accounts(wanted)
    AccountRow.objects.filter(id__in=[account.id for account in wanted]).update(frozen=frozen)


def fold() -> int:
    """Fold every inbox that holds something, some accounts and one transaction at a time. Returns how many
    accounts were folded. Losing a fold to a crash loses nothing, so its commits don't wait for the disk."""
    folded = 0
    # The platform's accounts come last: what rode along with the others is theirs by then.
    for platform in (False, True):
        waiting = Credit.objects.filter(account__owner__isnull=platform).order_by("account_id")
        account_ids = list(waiting.values_list("account_id", flat=True).distinct())
        for start in range(0, len(account_ids), FOLDED_AT_ONCE):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('synchronous_commit', 'off', true), ledger_fold(%s::uuid[])",
                    [account_ids[start : start + FOLDED_AT_ONCE]],
                )
        folded += len(account_ids)
    return folded
