from pathlib import Path

from django.db import migrations

SEND_GIFT = Path(__file__).resolve().parent.parent / "sql" / "send_gift.sql"
BEFORE = """
    DROP FUNCTION IF EXISTS wallets_send_gift(
        uuid, text, timestamptz, uuid, uuid, uuid, integer, bigint, text, text[], integer, uuid[], uuid, boolean
    );
"""


class Migration(migrations.Migration):
    dependencies = [("wallets", "0018_recovery_of_creator"), ("ledger", "0009_exchange")]

    operations = [migrations.RunSQL([BEFORE, SEND_GIFT.read_text()], migrations.RunSQL.noop)]
