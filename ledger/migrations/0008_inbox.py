"""The inbox takes one row an entry; the views of transfers and of the inbox, and the functions that post and fold."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
EMPTY = """
    DO $$ BEGIN
        FOR pass IN 1..2 LOOP  -- what rode along comes to its own account in the first
            IF EXISTS (SELECT FROM ledger_credit) THEN
                PERFORM ledger_fold(account_id) FROM (SELECT DISTINCT account_id FROM ledger_credit) waiting;
            END IF;
        END LOOP;
    END $$
"""
BEFORE = """
    DROP VIEW IF EXISTS ledger_waiting;
    DROP FUNCTION IF EXISTS ledger_fold(uuid);
    DROP FUNCTION IF EXISTS
        ledger_post(uuid, text, text, timestamptz, date, uuid[], uuid[], bigint[], uuid, text, boolean);
"""
LEAN = "ALTER TABLE ledger_credit DROP CONSTRAINT ledger_credit_pkey"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_transfers")]

    operations = [
        migrations.RunSQL([EMPTY, BEFORE], migrations.RunSQL.noop),
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
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.account",
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
            ],
        ),
        migrations.RunSQL(
            [LEAN, *((SQL / name).read_text() for name in ("views.sql", "fold.sql", "post.sql"))],
            migrations.RunSQL.noop,
        ),
    ]
