"""The functions that post and fold. Their text stands in `ledger/sql/`; a later change of one is a new
migration that runs the new file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
DROP = """
    DROP FUNCTION ledger_post(uuid, text, text, timestamptz, date, uuid[], uuid[], bigint[], uuid, text, boolean);
    DROP FUNCTION ledger_fold(uuid[]);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL([(SQL / name).read_text() for name in ("fold.sql", "post.sql")], DROP),
    ]
