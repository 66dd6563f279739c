-- Moves a folded account's inbox into its total and its daily roll-up. What rode along goes into the inbox of
-- its own account, summed, so that nobody but that account's own fold locks it. Returns the new total.
CREATE OR REPLACE FUNCTION ledger_fold(p_account uuid) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_total bigint;
BEGIN
    PERFORM 1 FROM ledger_account WHERE id = p_account FOR NO KEY UPDATE;
    WITH gone AS (
        DELETE FROM ledger_credit WHERE account_id = p_account
        RETURNING amount, day, kind, entries, riders, ridden
    ), rolled AS (
        INSERT INTO ledger_daytotal AS total (account_id, day, kind, amount, entries)
        SELECT p_account, day, kind, sum(amount), sum(entries) FROM gone GROUP BY day, kind
        ON CONFLICT (account_id, day, kind)
        DO UPDATE SET amount = total.amount + excluded.amount, entries = total.entries + excluded.entries
    ), moved AS (
        INSERT INTO ledger_credit (account_id, amount, day, kind, entries)
        SELECT rider.id, sum(rider.amount), day, kind, sum(entries)
        FROM gone, unnest(riders, ridden) AS rider(id, amount) GROUP BY rider.id, day, kind
    )
    UPDATE ledger_account SET total = total + (SELECT coalesce(sum(amount), 0) FROM gone)
    WHERE id = p_account RETURNING total INTO v_total;
    RETURN v_total;
END $$;
