-- Moves the inboxes of these folded accounts into their totals and daily roll-ups. What rode along goes into the
-- inbox of its own account, summed, so that nobody but that account's own fold locks it. Day totals are written under
-- their account's lock alone, so they are changed or begun; ON CONFLICT would log a lock for each of them.
CREATE OR REPLACE FUNCTION ledger_fold(p_accounts uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_account WHERE id = ANY(p_accounts) ORDER BY id FOR NO KEY UPDATE;
    WITH gone AS (
        DELETE FROM ledger_credit WHERE account_id = ANY(p_accounts)
        RETURNING account_id, amount, rider, rider_amount, second, second_amount, day, entries, kind
    ), summed AS (
        SELECT account_id, day, kind, sum(amount) AS amount, sum(entries) AS entries
        FROM gone GROUP BY account_id, day, kind
    ), rolled AS (
        UPDATE ledger_daytotal total SET amount = total.amount + summed.amount, entries = total.entries + summed.entries
        FROM summed
        WHERE total.account_id = summed.account_id AND total.day = summed.day AND total.kind = summed.kind
        RETURNING total.account_id, total.day, total.kind
    ), begun AS (
        INSERT INTO ledger_daytotal (account_id, day, kind, amount, entries)
        SELECT * FROM summed WHERE (account_id, day, kind) NOT IN (SELECT account_id, day, kind FROM rolled)
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
