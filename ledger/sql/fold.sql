-- Moves the inboxes of these folded accounts into their totals and daily roll-ups. What rode along goes into the
-- inbox of its own account, summed, so that nobody but that account's own fold locks it.
CREATE OR REPLACE FUNCTION ledger_fold(p_accounts uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_account WHERE id = ANY(p_accounts) ORDER BY id FOR NO KEY UPDATE;
    WITH gone AS (
        DELETE FROM ledger_credit WHERE account_id = ANY(p_accounts)
        RETURNING account_id, amount, rider, rider_amount, second, second_amount, day, entries, kind
    ), rolled AS (
        INSERT INTO ledger_daytotal AS total (account_id, day, kind, amount, entries)
        SELECT account_id, day, kind, sum(amount), sum(entries) FROM gone GROUP BY account_id, day, kind
        ON CONFLICT (account_id, day, kind)
        DO UPDATE SET amount = total.amount + excluded.amount, entries = total.entries + excluded.entries
    ), moved AS (
        INSERT INTO ledger_credit (account_id, amount, day, kind, entries)
        SELECT rode.id, sum(rode.amount), day, kind, sum(entries)
        FROM gone, LATERAL (VALUES (rider, rider_amount), (second, second_amount)) AS rode(id, amount)
        WHERE rode.id IS NOT NULL GROUP BY rode.id, day, kind
    )
    UPDATE ledger_account account SET total = total + folded.amount
    FROM (SELECT account_id, sum(amount) AS amount FROM gone GROUP BY account_id) folded
    WHERE account.id = folded.account_id;
END $$;
