from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("wallets", "0003_waiting_events"),
    ]

    operations = [
        migrations.RunSQL((SQL / "send_gifts.sql").read_text(), "DROP FUNCTION wallets_send_gifts"),
    ]
