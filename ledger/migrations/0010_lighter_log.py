"""An exchange keeps no digest of its facts, and the fold changes day totals without a lock of their own: less to log."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_exchange")]

    operations = [
        migrations.AlterField(model_name="entry", name="facts", field=models.UUIDField(null=True)),
        migrations.RunSQL(
            [(SQL / name).read_text() for name in ("exchange.sql", "fold.sql")], migrations.RunSQL.noop
        ),
    ]
