"""The coins put aside for rewards become a running account that can't be overdrawn. Rewards were not given so
far; where something was booked there by hand, it is carried over."""

from django.db import migrations

RUNNING = [
    """
    DO $$ BEGIN
        IF EXISTS (SELECT FROM ledger_account WHERE code = 'platform.coins.rewards') THEN
            PERFORM ledger_fold(id) FROM ledger_account WHERE code = 'platform.coins.rewards';
        END IF;
    END $$
    """,
    """
    DELETE FROM ledger_daytotal
    WHERE account_id IN (SELECT id FROM ledger_account WHERE code = 'platform.coins.rewards')
    """,
    """
    UPDATE ledger_account account SET folded = false, floor = 0,
        credited = coalesce((SELECT sum(amount) FROM ledger_posting posting
            WHERE posting.account_id = account.id AND amount > 0), 0),
        debited = coalesce((SELECT -sum(amount) FROM ledger_posting posting
            WHERE posting.account_id = account.id AND amount < 0), 0)
    WHERE code = 'platform.coins.rewards'
    """,
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_frozen_accounts")]

    operations = [migrations.RunSQL(RUNNING, migrations.RunSQL.noop)]
