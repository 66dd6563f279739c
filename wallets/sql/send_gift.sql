-- Sends a gift in one statement: the ledger's entry and, where it was posted, the gift's own row.
-- p_accounts: the viewer's coins, coins redeemed, diamonds issued, the creator's pending diamonds.
-- p_scale: smallest parts of a diamond that one coin is worth at a rate of 1.
-- Outcome: as `ledger_post` says, and unrated (no rate from coins to diamonds is in force: nothing was done).
CREATE OR REPLACE FUNCTION wallets_send_gift(
    p_entry uuid, p_key text, p_at timestamptz, p_viewer uuid, p_creator uuid, p_gift_type uuid,
    p_quantity integer, p_coins bigint, p_message text, p_scale integer, p_accounts uuid[],
    OUT entry_id uuid, OUT outcome text, OUT rate numeric, OUT diamonds bigint
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT known.value INTO rate FROM ledger_rate known
    WHERE known.base = 'COIN' AND known.quote = 'DIAMOND' AND known.effective_at <= p_at
    ORDER BY known.effective_at DESC LIMIT 1;
    IF NOT FOUND THEN
        outcome := 'unrated';
        RETURN;
    END IF;
    diamonds := floor(p_coins * rate * p_scale);

    SELECT posted.entry_id, posted.outcome INTO entry_id, outcome
    FROM ledger_post(
        p_entry, 'gift', p_key, p_at, (p_at AT TIME ZONE 'UTC')::date,
        ARRAY[p_accounts[1], p_accounts[3]], ARRAY[p_accounts[2], p_accounts[4]], ARRAY[p_coins, diamonds]
    ) posted;

    IF outcome = 'posted' THEN
        INSERT INTO wallets_gift
            (id, viewer_id, creator_id, gift_type_id, quantity, coins, diamonds, rate, message, sent_at)
        VALUES (p_entry, p_viewer, p_creator, p_gift_type, p_quantity, p_coins, diamonds, rate, p_message, p_at);
    END IF;
END $$;
