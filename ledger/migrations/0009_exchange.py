"""The entry of a gift gets a function of its own; the check that a transfer has one unit a plain trigger."""

from pathlib import Path

import pgtrigger.migrations
from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
# As it stood between the previous migration and this one.
BEFORE = """
    DROP FUNCTION IF EXISTS
        ledger_post(uuid, text, text, timestamptz, date, uuid[], uuid[], bigint[], uuid, text, boolean, boolean);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_inbox")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="transfer", name="transfer_in_one_unit"),
        migrations.RunSQL(
            [BEFORE, *((SQL / name).read_text() for name in ("post.sql", "exchange.sql", "one_unit.sql"))],
            migrations.RunSQL.noop,
        ),
    ]
