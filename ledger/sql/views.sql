-- A transfer, seen from both of its sides. `listed` rows are those that an index finds by their account: of
-- every account that has an owner, or keeps its balance on the row.
CREATE OR REPLACE VIEW ledger_posting AS
    SELECT account_id, entry_id, amount, lifetime, true AS listed FROM ledger_transfer
    UNION ALL
    SELECT contra_id, entry_id, -amount, contra_lifetime, true FROM ledger_transfer
    WHERE contra_lifetime IS NOT NULL
    UNION ALL
    SELECT contra_id, entry_id, -amount, NULL, false FROM ledger_transfer WHERE contra_lifetime IS NULL;

-- What waits to be folded into each account; `rides` with the row of another one, or stands by itself.
CREATE OR REPLACE VIEW ledger_waiting AS
    SELECT account_id, amount, day, kind, entries, false AS rides FROM ledger_credit
    UNION ALL
    SELECT rider, rider_amount, day, kind, entries, true FROM ledger_credit WHERE rider IS NOT NULL
    UNION ALL
    SELECT second, second_amount, day, kind, entries, true FROM ledger_credit WHERE second IS NOT NULL;
