-- The coins given in gifts and tips since a day and a month began; p_month NULL: since the day alone. A gift
-- that was undone does not count on its day. Ids are UUIDv7: those since a moment, an hour of difference
-- between clocks allowed, are a range of the index of transfers.
CREATE OR REPLACE FUNCTION wallets_coins_given(
    p_coins_account uuid, p_day timestamptz, p_month timestamptz, OUT day bigint, OUT month bigint
) LANGUAGE plpgsql AS $$
DECLARE
    v_since timestamptz := coalesce(p_month, p_day);
BEGIN
    SELECT coalesce(sum(given.coins) FILTER (WHERE given.at >= p_day), 0), coalesce(sum(given.coins), 0)
    INTO day, month
    FROM (
        SELECT entry.at, -posting.amount - coalesce(undone.coins, 0) AS coins
        FROM ledger_posting posting
        JOIN ledger_entry entry ON entry.id = posting.entry_id
        LEFT JOIN wallets_giftreversal undone ON undone.gift_id = entry.id AND undone.cause = 'undo'
        WHERE posting.account_id = p_coins_account AND posting.listed AND posting.amount < 0
            AND entry.kind IN ('gift', 'coin_tip')
            AND entry.at >= v_since
            AND posting.entry_id >= rpad(lpad(to_hex(floor(
                extract(epoch FROM v_since - interval '1 hour') * 1000)::bigint), 12, '0'), 32, '0')::uuid
    ) given;
END $$;

-- Which of the viewer's own caps is broken by what has been given up to now: 'daily', 'monthly' or NULL. To be
-- asked after the posting, under the lock of the viewer's coins, so that of two gifts at once the second counts
-- the first.
CREATE OR REPLACE FUNCTION wallets_cap_reached(p_viewer uuid, p_coins_account uuid, p_at timestamptz)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_daily bigint;
    v_monthly bigint;
    v_day timestamptz;
    v_month timestamptz;
    v_given record;
BEGIN
    SELECT CASE WHEN daily_cap_from <= p_at THEN next_daily_cap ELSE daily_cap END,
        CASE WHEN monthly_cap_from <= p_at THEN next_monthly_cap ELSE monthly_cap END,
        date_trunc('day', p_at, time_zone), date_trunc('month', p_at, time_zone)
    INTO v_daily, v_monthly, v_day, v_month
    FROM wallets_viewersettings WHERE viewer_id = p_viewer;
    IF v_daily IS NULL AND v_monthly IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO v_given
    FROM wallets_coins_given(p_coins_account, v_day, CASE WHEN v_monthly IS NOT NULL THEN v_month END);
    RETURN CASE
        WHEN v_given.day > v_daily THEN 'daily'
        WHEN v_given.month > v_monthly THEN 'monthly'
    END;
END $$;
