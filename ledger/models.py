"""The ledger's tables. Nothing outside this app imports them: others call `operations` and `queries`, and
refer to an entry by `"ledger.Entry"`.

Rows are written by the database functions of `ledger/sql/` alone. Transfers carry no foreign-key
constraints: the function has just read or written what they point at, the checks would cost a third of a
gift, and `audit_books` looks for strays.
"""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

_REFUSE = (
    "RAISE EXCEPTION '% is append-only: post a reversal instead', TG_TABLE_NAME USING ERRCODE = '55000';"
)


def _append_only(name: str) -> list[pgtrigger.Trigger]:
    """Two triggers, so that a test database can be emptied without lifting the rule that tests rely on."""
    return [
        pgtrigger.Trigger(
            name=f"{name}_{rule}",
            level=level,
            when=pgtrigger.Before,
            operation=operation,
            func=_REFUSE,
        )
        for rule, level, operation in (
            ("append_only", pgtrigger.Row, pgtrigger.Update | pgtrigger.Delete),
            ("not_emptied", pgtrigger.Statement, pgtrigger.Truncate),
        )
    ]


class Account(models.Model):
    """Owner + type + unit. `total` is the balance of a running account; a folded account's balance is
    `total` plus its inbox. `credited` and `debited` are a running account's lifetime sums. While it is
    `frozen` it takes in and gives nothing out."""

    id = models.UUIDField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=40)
    unit = models.CharField(max_length=8)
    folded = models.BooleanField()
    floor = models.BigIntegerField(null=True)
    total = models.BigIntegerField(default=0)
    credited = models.BigIntegerField(default=0)
    debited = models.BigIntegerField(default=0)
    frozen = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "code", "unit"], nulls_distinct=False, name="ledger_account_once"
            ),
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(total__gte=F("floor")), name="ledger_account_floor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}[{self.unit}]"


class Entry(models.Model):
    """One balanced, immutable fact. `at` is when it happened, `day` the UTC day it counts for (a reversal
    counts for the day of what it reverses), `facts` a digest of what was posted, to tell a replay from a
    conflict; an exchange (`ledger/sql/exchange.sql`) has none."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    at = models.DateTimeField()
    day = models.DateField()
    recorded_at = models.DateTimeField()
    facts = models.UUIDField(null=True)
    reverses = models.ForeignKey(
        "self",
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="reversals",
        db_constraint=False,
        db_index=False,
    )
    reason = models.TextField(default="")

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            # `unique=True` would add a second index, for LIKE, and every gift would pay for it.
            models.UniqueConstraint(fields=["key"], name="ledger_entry_once"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="ledger_entry_reversed_once"
            ),
        ]
        triggers = _append_only("entry")

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Transfer(models.Model):
    """What one entry moved between two accounts, in the smallest part of their unit: `account` got `amount`,
    which may be negative, and `contra` the opposite, so that entries balance by construction.

    `account` is the side with an owner, of which statements are read; a second index finds `contra` where
    that is a running account. A running side's `lifetime` is what had been credited to it before (or debited,
    where it gave): the offset by which a gift finds the purchases that funded it."""

    # The database keeps no such key: the two indexes of migration 0007 serve all that is asked.
    pk = models.CompositePrimaryKey("account_id", "contra_id", "entry_id")
    account = models.ForeignKey(
        Account, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    contra = models.ForeignKey(
        Account, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    entry = models.ForeignKey(
        Entry, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="transfers"
    )
    amount = models.BigIntegerField()
    lifetime = models.BigIntegerField(null=True)
    contra_lifetime = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "entry"], name="ledger_transfer_account"),
            models.Index(
                fields=["contra", "entry"],
                condition=Q(contra_lifetime__isnull=False),
                name="ledger_transfer_contra",
            ),
            # Entries are UUIDv7: a block range holds a stretch of time, and costs a gift nothing.
            BrinIndex(fields=["entry"], autosummarize=True, name="ledger_transfer_entry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount=0) & ~Q(account=F("contra")), name="ledger_transfer_moves"
            )
        ]
        triggers = _append_only("transfer")  # and `ledger/sql/one_unit.sql`

    def __str__(self) -> str:
        return f"{self.amount} to {self.account_id} from {self.contra_id}"


class Posting(models.Model):
    """One side of a transfer (the view `ledger_posting`): what an entry did to an account. Rows of owned and
    of running accounts are `listed`: asked for so, they are found by index."""

    pk = models.CompositePrimaryKey("account_id", "entry_id")
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="postings")
    entry = models.ForeignKey(Entry, on_delete=models.DO_NOTHING, related_name="postings")
    amount = models.BigIntegerField()
    lifetime = models.BigIntegerField(null=True)
    listed = models.BooleanField()

    class Meta:
        managed = False
        db_table = "ledger_posting"

    def __str__(self) -> str:
        return f"{self.amount} to {self.account_id}"


class Credit(models.Model):
    """The inbox of folded accounts: amounts posted and not yet folded into the account's total. An entry
    leaves one row, under the owned account that it credits; what it did to one or two accounts of the
    platform rides along, as a row each would cost a gift a third of its log bytes."""

    # The database keeps no such key: rows are only ever summed.
    pk = models.CompositePrimaryKey("account_id", "day", "kind")
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    amount = models.BigIntegerField()
    rider = models.UUIDField(null=True)
    rider_amount = models.BigIntegerField(null=True)
    second = models.UUIDField(null=True)
    second_amount = models.BigIntegerField(null=True)
    day = models.DateField()
    entries = models.IntegerField(default=1)
    kind = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.amount} to {self.account_id}"


class Waiting(models.Model):
    """The inbox by account (the view `ledger_waiting`), what `rides` with another account's row included."""

    pk = models.CompositePrimaryKey("account_id", "day", "kind")
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="waiting")
    amount = models.BigIntegerField()
    day = models.DateField()
    kind = models.CharField(max_length=40)
    entries = models.BigIntegerField()
    rides = models.BooleanField()

    class Meta:
        managed = False
        db_table = "ledger_waiting"

    def __str__(self) -> str:
        return f"{self.amount} to {self.account_id}"


class DayTotal(models.Model):
    """The roll-up of a folded account: what each kind of entry added on each day. Dashboards read it."""

    pk = models.CompositePrimaryKey("account_id", "day", "kind")
    account = models.ForeignKey(
        Account, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="days"
    )
    day = models.DateField()
    kind = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    entries = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.amount}"


class Rate(models.Model):
    """One `base` is worth `value` of `quote` from `effective_at` on, until a later row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    base = models.CharField(max_length=8)
    quote = models.CharField(max_length=8)
    value = models.DecimalField(max_digits=20, decimal_places=10)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["base", "quote", "effective_at"], name="ledger_rate_once"),
            models.CheckConstraint(condition=Q(value__gt=0), name="ledger_rate_positive"),
        ]
        triggers = _append_only("rate")

    def __str__(self) -> str:
        return f"1 {self.base} = {self.value.normalize()} {self.quote}"
