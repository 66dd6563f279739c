"""The function that sends a gift, whose text stands in `wallets/sql/`, and the first catalogue."""

from pathlib import Path

from django.db import migrations

from wallets.catalogue.gift_types import load_gift_types

SQL = Path(__file__).resolve().parent.parent / "sql"
DROP = "DROP FUNCTION wallets_send_gift"


def load(apps, schema_editor):
    load_gift_types(apps.get_model("wallets", "GiftType"))


class Migration(migrations.Migration):
    dependencies = [("wallets", "0003_gifts"), ("ledger", "0003_default_rates")]

    operations = [
        migrations.RunSQL((SQL / "send_gift.sql").read_text(), DROP),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
