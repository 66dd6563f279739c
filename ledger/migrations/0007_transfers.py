"""Entries are kept as transfers, one row for both sides (docs/decisions/0008-transfers.md). The next migration
makes the views and functions that go with them."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

FOLD = """
    DO $$ BEGIN
        IF EXISTS (SELECT FROM ledger_credit) THEN
            PERFORM ledger_fold(account_id) FROM (SELECT DISTINCT account_id FROM ledger_credit) waiting;
        END IF;
    END $$
"""
# In each entry and unit, those who gave and those who got are laid side by side along the amount that moved:
# where two of them overlap, one paid the other.
COPY = """
    WITH side AS (
        SELECT posting.entry_id, posting.account_id, posting.lifetime, abs(posting.amount) AS amount,
            posting.amount > 0 AS got, account.unit,
            CASE WHEN account.owner_id IS NOT NULL THEN 2 ELSE 0 END
                + CASE WHEN account.folded = (account.owner_id IS NOT NULL) THEN 1 ELSE 0 END AS rank,
            sum(abs(posting.amount)) OVER (
                PARTITION BY posting.entry_id, account.unit, posting.amount > 0 ORDER BY account.id
            ) AS until
        FROM ledger_posting posting JOIN ledger_account account ON account.id = posting.account_id
    ), paid AS (
        SELECT giver.entry_id, giver.account_id AS source, getter.account_id AS destination,
            getter.rank > giver.rank AS turned,
            least(giver.until, getter.until)
                - greatest(giver.until - giver.amount, getter.until - getter.amount) AS amount,
            giver.lifetime + greatest(0, (getter.until - getter.amount) - (giver.until - giver.amount)) AS gave,
            getter.lifetime + greatest(0, (giver.until - giver.amount) - (getter.until - getter.amount)) AS got
        FROM side giver JOIN side getter USING (entry_id, unit)
        WHERE NOT giver.got AND getter.got
    )
    INSERT INTO ledger_transfer (account_id, contra_id, entry_id, amount, lifetime, contra_lifetime)
    SELECT CASE WHEN turned THEN destination ELSE source END, CASE WHEN turned THEN source ELSE destination END,
        entry_id, CASE WHEN turned THEN amount ELSE -amount END,
        CASE WHEN turned THEN got ELSE gave END, CASE WHEN turned THEN gave ELSE got END
    FROM paid WHERE amount > 0 ORDER BY entry_id
"""
LEAN = """
    ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_pkey;
    ALTER TABLE ledger_credit DROP CONSTRAINT ledger_credit_pkey;
    -- Room on the page for the next balance of each account: else every gift tidies up its page.
    ALTER TABLE ledger_account SET (fillfactor = 60);
    ALTER TABLE ledger_daytotal SET (fillfactor = 60);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0006_running_reward_coins"),
    ]

    operations = [
        migrations.RunSQL(FOLD, migrations.RunSQL.noop),
        migrations.DeleteModel(name="Credit"),
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
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=40)),
                ("entries", models.BigIntegerField(default=1)),
                (
                    "riders",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), null=True, size=None
                    ),
                ),
                (
                    "ridden",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
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
        pgtrigger.migrations.AddTrigger(
            model_name="transfer",
            trigger=pgtrigger.compiler.Trigger(
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
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transfer",
            trigger=pgtrigger.compiler.Trigger(
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
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transfer",
            trigger=pgtrigger.compiler.Trigger(
                name="transfer_in_one_unit",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF EXISTS (\n                    SELECT 1 FROM added\n                    JOIN ledger_account account ON account.id = added.account_id\n                    JOIN ledger_account contra ON contra.id = added.contra_id\n                    WHERE account.unit <> contra.unit\n                ) THEN\n                    RAISE EXCEPTION 'a transfer has one unit' USING ERRCODE = '23514';\n                END IF;\n                RETURN NULL;\n                ",
                    hash="f9a93af65923d647a4615ab2413f9790c86e3a85",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_transfer_in_one_unit_2d7a7",
                    referencing="REFERENCING NEW TABLE AS added ",
                    table="ledger_transfer",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.DeleteModel(name="Posting"),
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
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="postings",
                        to="ledger.account",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="postings",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={"db_table": "ledger_posting", "managed": False},
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
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="waiting",
                        to="ledger.account",
                    ),
                ),
            ],
            options={"db_table": "ledger_waiting", "managed": False},
        ),
        migrations.RunSQL(LEAN, migrations.RunSQL.noop),
    ]
