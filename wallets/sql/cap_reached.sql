-- Which of the viewer's own caps is broken by what has been given in gifts and tips up to now: 'daily',
-- 'monthly' or NULL. To be asked after the posting, under the lock of the viewer's coins, so that of two
-- gifts at once the second counts the first. A gift that was undone does not count on its day.
-- Ids are UUIDv7: those since a moment are a range of the index of transfers.
CREATE OR REPLACE FUNCTION wallets_cap_reached(p_viewer uuid, p_coins_account uuid, p_at timestamptz)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_daily bigint;
    v_monthly bigint;
    v_day timestamptz;
    v_month timestamptz;
    v_given_on_day bigint;
    v_given_in_month bigint;
BEGIN
    SELECT CASE WHEN daily_cap_from <= p_at THEN next_daily_cap ELSE daily_cap END,
        CASE WHEN monthly_cap_from <= p_at THEN next_monthly_cap ELSE monthly_cap END,
        date_trunc('day', p_at, time_zone), date_trunc('month', p_at, time_zone)
    INTO v_daily, v_monthly, v_day, v_month
    FROM wallets_viewersettings WHERE viewer_id = p_viewer;
    IF v_daily IS NULL AND v_monthly IS NULL THEN
        RETURN NULL;
    END IF;

    SELECT sum(given.coins) FILTER (WHERE given.at >= v_day), sum(given.coins)
    INTO v_given_on_day, v_given_in_month
    FROM (
        SELECT entry.at, -posting.amount - coalesce(undone.coins, 0) AS coins
        FROM ledger_posting posting
        JOIN ledger_entry entry ON entry.id = posting.entry_id
        LEFT JOIN wallets_giftreversal undone ON undone.gift_id = entry.id AND undone.cause = 'undo'
        WHERE posting.account_id = p_coins_account AND posting.listed AND posting.amount < 0
            AND entry.kind IN ('gift', 'coin_tip')
            AND entry.at >= CASE WHEN v_monthly IS NULL THEN v_day ELSE v_month END
            AND posting.entry_id >= rpad(lpad(to_hex(floor(extract(epoch FROM
                CASE WHEN v_monthly IS NULL THEN v_day ELSE v_month END) * 1000)::bigint), 12, '0'), 32, '0')::uuid
    ) given;
    RETURN CASE
        WHEN v_given_on_day > v_daily THEN 'daily'
        WHEN v_given_in_month > v_monthly THEN 'monthly'
    END;
END $$;
