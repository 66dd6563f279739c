-- Posts one entry in one statement. Outcome: posted; replayed (same key, same facts: entry_id is the first);
-- conflict (same key, other facts); unknown (an account is not open yet: nothing was done).
-- Raises LG001 with the account's id as detail where a floor would be broken, and LG002 where the account is
-- frozen, unless p_through_freeze.
CREATE OR REPLACE FUNCTION ledger_post(
    p_entry uuid, p_kind text, p_key text, p_at timestamptz, p_day date,
    p_sources uuid[], p_destinations uuid[], p_amounts bigint[],
    p_reverses uuid DEFAULT NULL, p_reason text DEFAULT '', p_through_freeze boolean DEFAULT false,
    OUT entry_id uuid, OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    v_facts uuid := md5(concat_ws('|', p_kind, p_sources, p_destinations, p_amounts, p_reverses))::uuid;
    v_known uuid;
    v_lifetime bigint;
    v_accounts uuid[] := '{}';
    v_nets bigint[] := '{}';
    v_lifetimes bigint[] := '{}';
    line record;
BEGIN
    IF EXISTS (
        SELECT 1 FROM unnest(p_sources || p_destinations) AS wanted(id)
        WHERE NOT EXISTS (SELECT 1 FROM ledger_account account WHERE account.id = wanted.id)
    ) THEN
        outcome := 'unknown';
        RETURN;
    END IF;

    INSERT INTO ledger_entry (id, kind, key, at, day, recorded_at, facts, reverses_id, reason)
    VALUES (p_entry, p_kind, p_key, p_at, p_day, clock_timestamp(), v_facts, p_reverses, p_reason)
    ON CONFLICT (key) DO NOTHING;
    IF NOT FOUND THEN
        SELECT entry.id, entry.facts INTO entry_id, v_known FROM ledger_entry entry WHERE entry.key = p_key;
        outcome := CASE WHEN v_known = v_facts THEN 'replayed' ELSE 'conflict' END;
        RETURN;
    END IF;

    -- One posting per account, in the order of ids, so that two entries never wait for each other in a ring.
    FOR line IN
        SELECT account.id, account.folded, account.floor, sum(side.amount)::bigint AS net
        FROM (
            SELECT unnest(p_sources) AS account_id, -unnest(p_amounts) AS amount
            UNION ALL
            SELECT unnest(p_destinations), unnest(p_amounts)
        ) side JOIN ledger_account account ON account.id = side.account_id
        GROUP BY account.id HAVING sum(side.amount) <> 0 ORDER BY account.id
    LOOP
        v_lifetime := NULL;
        IF line.folded AND (line.net > 0 OR line.floor IS NULL) THEN
            INSERT INTO ledger_credit (account_id, entry_id, amount, day, kind)
            VALUES (line.id, p_entry, line.net, p_day, p_kind);
        ELSE
            IF line.folded THEN
                PERFORM ledger_fold(line.id);
                INSERT INTO ledger_daytotal AS total (account_id, day, kind, amount, entries)
                VALUES (line.id, p_day, p_kind, line.net, 1)
                ON CONFLICT (account_id, day, kind)
                DO UPDATE SET amount = total.amount + excluded.amount, entries = total.entries + 1;
            END IF;
            UPDATE ledger_account account SET
                total = total + line.net,
                credited = credited + CASE WHEN folded THEN 0 ELSE greatest(line.net, 0) END,
                debited = debited + CASE WHEN folded THEN 0 ELSE greatest(-line.net, 0) END
            WHERE account.id = line.id
                AND (line.net > 0 OR account.floor IS NULL OR account.total + line.net >= account.floor)
                AND (line.net > 0 OR p_through_freeze OR NOT account.frozen)
            RETURNING CASE
                WHEN account.folded THEN NULL
                WHEN line.net > 0 THEN account.credited - line.net
                ELSE account.debited + line.net
            END INTO v_lifetime;
            IF NOT FOUND THEN
                IF NOT p_through_freeze AND (SELECT frozen FROM ledger_account WHERE id = line.id) THEN
                    RAISE EXCEPTION 'account frozen' USING ERRCODE = 'LG002', DETAIL = line.id;
                END IF;
                RAISE EXCEPTION 'insufficient funds' USING ERRCODE = 'LG001', DETAIL = line.id;
            END IF;
        END IF;
        v_accounts := v_accounts || line.id;
        v_nets := v_nets || line.net;
        v_lifetimes := v_lifetimes || v_lifetime;
    END LOOP;

    INSERT INTO ledger_posting (account_id, entry_id, amount, lifetime)
    SELECT account_id, p_entry, amount, lifetime
    FROM unnest(v_accounts, v_nets, v_lifetimes) AS posting(account_id, amount, lifetime);
    entry_id := p_entry;
    outcome := 'posted';
END $$;
