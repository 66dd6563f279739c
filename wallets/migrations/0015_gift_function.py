from pathlib import Path

from django.db import migrations

SEND_GIFT = Path(__file__).resolve().parent.parent / "sql" / "send_gift.sql"


class Migration(migrations.Migration):
    dependencies = [("wallets", "0014_reward_notices"), ("ledger", "0008_inbox")]

    operations = [migrations.RunSQL(SEND_GIFT.read_text(), migrations.RunSQL.noop)]
