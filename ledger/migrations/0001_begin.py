from pathlib import Path

import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from ledger.tables import TablesMigration

SQL = Path(__file__).resolve().parent.parent / "sql"
FUNCTIONS = ("views", "fold", "post", "exchange", "one_unit")
LEAN = """
    ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_pkey;
    ALTER TABLE ledger_credit DROP CONSTRAINT ledger_credit_pkey;
    -- Room on the page for the next balance of each account: else every gift tidies up its page.
    ALTER TABLE ledger_account SET (fillfactor = 60);
    ALTER TABLE ledger_daytotal SET (fillfactor = 60);
"""
DROP = """
    DROP VIEW ledger_waiting, ledger_posting;
    DROP FUNCTION ledger_one_unit CASCADE;
    DROP FUNCTION ledger_exchange, ledger_post, ledger_fold;
"""


class Migration(TablesMigration):
    replaces = [
        ("ledger", "0001_initial"),
        ("ledger", "0002_functions"),
        ("ledger", "0004_entry_once"),
        ("ledger", "0005_frozen_accounts"),
        ("ledger", "0006_running_reward_coins"),
        ("ledger", "0007_transfers"),
        ("ledger", "0008_inbox"),
        ("ledger", "0009_exchange"),
        ("ledger", "0010_lighter_log"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id",
                        "entry_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("lifetime", models.BigIntegerField(null=True)),
                ("listed", models.BooleanField()),
            ],
            options={
                "db_table": "ledger_posting",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id",
                        "day",
                        "kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=40)),
                ("entries", models.BigIntegerField()),
                ("rides", models.BooleanField()),
            ],
            options={
                "db_table": "ledger_waiting",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("unit", models.CharField(max_length=8)),
                ("folded", models.BooleanField()),
                ("floor", models.BigIntegerField(null=True)),
                ("total", models.BigIntegerField(default=0)),
                ("credited", models.BigIntegerField(default=0)),
                ("debited", models.BigIntegerField(default=0)),
                ("frozen", models.BooleanField(default=False)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "code", "unit"), name="ledger_account_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("floor__isnull", True), ("total__gte", models.F("floor")), _connector="OR"
                        ),
                        name="ledger_account_floor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id",
                        "day",
                        "kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("rider", models.UUIDField(null=True)),
                ("rider_amount", models.BigIntegerField(null=True)),
                ("second", models.UUIDField(null=True)),
                ("second_amount", models.BigIntegerField(null=True)),
                ("day", models.DateField()),
                ("entries", models.IntegerField(default=1)),
                ("kind", models.CharField(max_length=40)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DayTotal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id",
                        "day",
                        "kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=40)),
                ("amount", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="days",
                        to="ledger.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("day", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("facts", models.UUIDField(null=True)),
                ("reason", models.TextField(default="")),
                (
                    "reverses",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reversals",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="entry_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION '% is append-only: post a reversal instead', TG_TABLE_NAME USING ERRCODE = '55000';",
                            hash="490352976ee269f2fe63c52650c6a676e8b8b671",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_entry_append_only_cb569",
                            table="ledger_entry",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="entry_not_emptied",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION '% is append-only: post a reversal instead', TG_TABLE_NAME USING ERRCODE = '55000';",
                            hash="dfaf706f5e3ba3f358ad097cd3b3f6383d367561",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_entry_not_emptied_f0db0",
                            table="ledger_entry",
                            when="BEFORE",
                        ),
                    ),
                ],
                "verbose_name_plural": "entries",
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="ledger_entry_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("reverses__isnull", False)),
                        fields=("reverses",),
                        name="ledger_entry_reversed_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("base", models.CharField(max_length=8)),
                ("quote", models.CharField(max_length=8)),
                ("value", models.DecimalField(decimal_places=10, max_digits=20)),
                ("effective_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.TextField(default="")),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="rate_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION '% is append-only: post a reversal instead', TG_TABLE_NAME USING ERRCODE = '55000';",
                            hash="6d123b83ddc5035f4873ef61ecbd78216d45e8f2",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_rate_append_only_67106",
                            table="ledger_rate",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="rate_not_emptied",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION '% is append-only: post a reversal instead', TG_TABLE_NAME USING ERRCODE = '55000';",
                            hash="1c7eabf8e1d9db0d2b9862e0cb683119bb101aa6",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_rate_not_emptied_6fdca",
                            table="ledger_rate",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("base", "quote", "effective_at"), name="ledger_rate_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("value__gt", 0)), name="ledger_rate_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id",
                        "contra_id",
                        "entry_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("lifetime", models.BigIntegerField(null=True)),
                ("contra_lifetime", models.BigIntegerField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "contra",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="transfers",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="transfer_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION '% is append-only: post a reversal instead', TG_TABLE_NAME USING ERRCODE = '55000';",
                            hash="40fdbcbc879005851fd85bef5b0f6f3ac208cb5c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_transfer_append_only_40418",
                            table="ledger_transfer",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="transfer_not_emptied",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION '% is append-only: post a reversal instead', TG_TABLE_NAME USING ERRCODE = '55000';",
                            hash="ef6b90403ac04e24521b43815a40f0d5eae6f862",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_transfer_not_emptied_508bc",
                            table="ledger_transfer",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["account", "entry"], name="ledger_transfer_account"),
                    models.Index(
                        condition=models.Q(("contra_lifetime__isnull", False)),
                        fields=["contra", "entry"],
                        name="ledger_transfer_contra",
                    ),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["entry"], name="ledger_transfer_entry"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount", 0), _negated=True),
                            models.Q(("account", models.F("contra")), _negated=True),
                        ),
                        name="ledger_transfer_moves",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            [LEAN, *((SQL / f"{name}.sql").read_text() for name in FUNCTIONS)],
            DROP,
        ),
    ]
