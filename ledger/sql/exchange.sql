-- Posts the entry by which an owner's running account pays the platform in one unit, and an owner's folded account
-- is paid by it in another: what `ledger_post` makes of those two transfers, written out for the busiest path there
-- is. The taker's and the giver's are folded accounts of the platform.
-- A known key fails as a unique violation of ledger_entry_once, whatever was posted under it: nothing is compared, so
-- the entry keeps no digest of its facts, and `ledger_post` under its key is a conflict. Raises LG001 and LG002
-- as `ledger_post` does, and LG003 where an account is not open yet (or not of that sort).
CREATE OR REPLACE FUNCTION ledger_exchange(
    p_entry uuid, p_kind text, p_key text, p_at timestamptz,
    p_payer uuid, p_taker uuid, p_paid bigint, p_giver uuid, p_earner uuid, p_earned bigint
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_day date := (p_at AT TIME ZONE 'UTC')::date;
    v_before bigint;
    v_frozen boolean;
BEGIN
    INSERT INTO ledger_entry (id, kind, key, at, day, recorded_at, reason)
    VALUES (p_entry, p_kind, p_key, p_at, v_day, clock_timestamp(), '');

    UPDATE ledger_account account SET total = total - p_paid, debited = debited + p_paid
    WHERE account.id = p_payer AND NOT account.folded AND NOT account.frozen
        AND (account.floor IS NULL OR account.total - p_paid >= account.floor)
    RETURNING account.debited - p_paid INTO v_before;
    IF NOT FOUND THEN
        SELECT frozen INTO v_frozen FROM ledger_account account WHERE account.id = p_payer AND NOT account.folded;
        IF v_frozen THEN
            RAISE EXCEPTION 'account frozen' USING ERRCODE = 'LG002', DETAIL = p_payer;
        ELSIF NOT v_frozen THEN
            RAISE EXCEPTION 'insufficient funds' USING ERRCODE = 'LG001', DETAIL = p_payer;
        END IF;
        RAISE EXCEPTION 'account not open' USING ERRCODE = 'LG003';
    END IF;
    IF (SELECT count(*) FROM ledger_account WHERE id IN (p_taker, p_giver, p_earner) AND folded) <> 3 THEN
        RAISE EXCEPTION 'account not open' USING ERRCODE = 'LG003';
    END IF;

    INSERT INTO ledger_credit (account_id, amount, rider, rider_amount, second, second_amount, day, entries, kind)
    VALUES (p_earner, p_earned, p_taker, p_paid, p_giver, -p_earned, v_day, 1, p_kind);
    INSERT INTO ledger_transfer (account_id, contra_id, entry_id, amount, lifetime)
    VALUES (p_payer, p_taker, p_entry, -p_paid, v_before), (p_earner, p_giver, p_entry, p_earned, NULL);
END $$;
