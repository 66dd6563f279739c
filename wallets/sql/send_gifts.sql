-- Sends gifts that were asked for at the same time in one statement: each as `wallets_send_gift` would alone, and what
-- one of them is refused for undoes no other. In the order of the viewers' accounts, and at most one gift of each
-- viewer, so that two statements never wait for each other in a ring. The facts of a gift, the scale and the accounts
-- of the platform are as `wallets_send_gift` takes them.
-- Outcome: that of `wallets_send_gift`; taken (its key has been used); busy (of several, and somebody holds on to the
-- viewer's wallet: nothing was done, so that the others need not wait); or the code of the error that it raised, with
-- the error's detail.
CREATE OR REPLACE FUNCTION wallets_send_gifts(p_gifts jsonb, p_scale integer, p_redeemed uuid, p_issued uuid)
RETURNS TABLE (
    asked uuid, entry_id uuid, outcome text, rate numeric, diamonds bigint, stream_id uuid, anonymous boolean,
    detail text
) LANGUAGE plpgsql AS $$
DECLARE
    v_several boolean := jsonb_array_length(p_gifts) > 1;
    wish record;
    v_constraint text;
BEGIN
    IF v_several THEN
        PERFORM set_config('lock_timeout', '50ms', true);
    END IF;
    FOR wish IN
        SELECT * FROM jsonb_to_recordset(p_gifts) AS each (
            id uuid, key text, at timestamptz, viewer uuid, creator uuid, gift_type uuid, quantity integer, coins bigint,
            message text, words text[], coins_of uuid, pending uuid, streak uuid, anonymous boolean
        ) ORDER BY each.coins_of
    LOOP
        asked := wish.id;
        detail := NULL;
        BEGIN
            SELECT sent.entry_id, sent.outcome, sent.rate, sent.diamonds, sent.stream_id, sent.anonymous
            INTO entry_id, outcome, rate, diamonds, stream_id, anonymous
            FROM wallets_send_gift(
                wish.id, wish.key, wish.at, wish.viewer, wish.creator, wish.gift_type, wish.quantity, wish.coins,
                wish.message, wish.words, p_scale, wish.coins_of, p_redeemed, p_issued, wish.pending, wish.streak,
                wish.anonymous
            ) sent;
        EXCEPTION
            WHEN SQLSTATE 'LG001' OR SQLSTATE 'LG002' OR SQLSTATE 'LG003' OR SQLSTATE 'WL001' THEN
                outcome := SQLSTATE;
                GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
            WHEN lock_not_available THEN
                IF NOT v_several THEN
                    RAISE;
                END IF;
                outcome := 'busy';
            WHEN unique_violation THEN
                GET STACKED DIAGNOSTICS v_constraint = CONSTRAINT_NAME;
                IF v_constraint <> 'ledger_entry_once' THEN
                    RAISE;
                END IF;
                outcome := 'taken';
        END;
        RETURN NEXT;
    END LOOP;
END $$;
