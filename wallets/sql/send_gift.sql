-- Sends a gift in one statement: the ledger's entry and, where it was posted, the gift's own row. It goes to
-- the creator's open stream. p_anonymous NULL: as the viewer has chosen for all gifts.
-- p_coins_of .. p_pending: the accounts of the viewer's coins, coins redeemed, diamonds issued, and the creator's
-- pending diamonds.
-- p_words: the words of the message, to be compared with those that the creator does not want.
-- p_scale: smallest parts of a diamond that one coin is worth at a rate of 1.
-- Outcome: posted; unrated (no rate from coins to diamonds is in force), worthless (at the rate it is less than the
-- smallest part of a diamond), gifts_off, blocked, unwanted_words, cooling_off: nothing was done, unless the key had
-- sent a gift before: replayed.
-- Raises what `ledger_exchange` raises, and WL001 where the gift would break the viewer's own cap, which is the
-- detail: daily or monthly.
CREATE OR REPLACE FUNCTION wallets_send_gift(
    p_entry uuid, p_key text, p_at timestamptz, p_viewer uuid, p_creator uuid, p_gift_type uuid,
    p_quantity integer, p_coins bigint, p_message text, p_words text[], p_scale integer,
    p_coins_of uuid, p_redeemed uuid, p_issued uuid, p_pending uuid, p_streak uuid, p_anonymous boolean,
    OUT entry_id uuid, OUT outcome text, OUT rate numeric, OUT diamonds bigint, OUT stream_id uuid,
    OUT anonymous boolean
) LANGUAGE plpgsql AS $$
DECLARE
    v_capped boolean;
    v_cap text;
BEGIN
    -- One look at all that may have changed; without settings, each is a miss in a primary key.
    SELECT
        (
            SELECT known.value FROM ledger_rate known
            WHERE known.base = 'COIN' AND known.quote = 'DIAMOND' AND known.effective_at <= p_at
            ORDER BY known.effective_at DESC LIMIT 1
        ),
        (SELECT open.id FROM wallets_stream open WHERE open.creator_id = p_creator AND open.ended_at IS NULL),
        coalesce(p_anonymous, viewer.anonymous, false),
        coalesce(viewer.daily_cap, viewer.next_daily_cap, viewer.monthly_cap, viewer.next_monthly_cap) IS NOT NULL,
        CASE
            WHEN creator.gifts_off THEN 'gifts_off'
            WHEN EXISTS (
                SELECT 1 FROM wallets_block block WHERE block.blocker_id = p_creator AND block.blocked_id = p_viewer
            ) THEN 'blocked'
            WHEN viewer.cool_off_until > p_at THEN 'cooling_off'
            WHEN creator.words::text[] && p_words THEN 'unwanted_words'
        END
    INTO rate, stream_id, anonymous, v_capped, outcome
    FROM (SELECT) one
    LEFT JOIN wallets_viewersettings viewer ON viewer.viewer_id = p_viewer
    LEFT JOIN wallets_creatorsettings creator ON creator.creator_id = p_creator;

    diamonds := floor(p_coins * rate * p_scale);
    IF rate IS NULL THEN
        outcome := 'unrated';
    ELSIF diamonds = 0 THEN
        outcome := 'worthless';
    END IF;
    IF outcome IS NOT NULL THEN
        SELECT entry.id INTO entry_id FROM ledger_entry entry WHERE entry.key = p_key;
        IF FOUND THEN
            outcome := 'replayed';
        END IF;
        RETURN;
    END IF;

    PERFORM ledger_exchange(
        p_entry, 'gift', p_key, p_at, p_coins_of, p_redeemed, p_coins, p_issued, p_pending, diamonds
    );
    IF v_capped THEN
        v_cap := wallets_cap_reached(p_viewer, p_coins_of, p_at);
        IF v_cap IS NOT NULL THEN
            RAISE EXCEPTION 'cap reached' USING ERRCODE = 'WL001', DETAIL = v_cap;
        END IF;
    END IF;
    INSERT INTO wallets_gift (
        id, viewer_id, creator_id, gift_type_id, quantity, coins, diamonds, rate, message, anonymous,
        stream_id, streak_id, sent_at
    ) VALUES (
        p_entry, p_viewer, p_creator, p_gift_type, p_quantity, p_coins, diamonds, rate, p_message, anonymous,
        stream_id, p_streak, p_at
    );
    entry_id := p_entry;
    outcome := 'posted';
END $$;
