from pathlib import Path

from django.db import migrations, models

POST = Path(__file__).resolve().parent.parent / "sql" / "post.sql"
BEFORE = "ledger_post(uuid, text, text, timestamptz, date, uuid[], uuid[], bigint[], uuid, text)"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_entry_once")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="frozen",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL([f"DROP FUNCTION IF EXISTS {BEFORE}", POST.read_text()], migrations.RunSQL.noop),
    ]
