-- Posts one entry in one statement. Outcome: posted; replayed (same key, same facts: entry_id is the first);
-- conflict (same key, other facts); unknown (an account is not open yet: nothing was done).
-- Raises LG001 with the account's id as detail where a floor would be broken, and LG002 where the account is
-- frozen, unless p_through_freeze. NOT p_twins: a call with the same key at the same moment fails as a unique
-- violation instead of waiting for the first (the speculative insertion that avoids it has a price in log bytes).
CREATE OR REPLACE FUNCTION ledger_post(
    p_entry uuid, p_kind text, p_key text, p_at timestamptz, p_day date,
    p_sources uuid[], p_destinations uuid[], p_amounts bigint[],
    p_reverses uuid DEFAULT NULL, p_reason text DEFAULT '', p_through_freeze boolean DEFAULT false,
    p_twins boolean DEFAULT true,
    OUT entry_id uuid, OUT outcome text
) LANGUAGE plpgsql AS $$
DECLARE
    v_facts uuid := md5(concat_ws('|', p_kind, p_sources, p_destinations, p_amounts, p_reverses))::uuid;
    v_known boolean;
    v_ids uuid[] := '{}';       -- the accounts, in the order of their ids
    v_ranks integer[] := '{}';  -- of two, the one that ranks higher lists the transfer
    v_ins bigint[] := '{}';     -- what had been credited to them before, and debited: null where not kept
    v_outs bigint[] := '{}';
    v_in bigint;
    v_out bigint;
    v_inbox uuid[] := '{}';     -- what goes into the inbox: of people, and of the platform
    v_waiting bigint[] := '{}';
    v_riders uuid[] := '{}';
    v_ridden bigint[] := '{}';
    v_accounts uuid[] := '{}';  -- the transfers as they are kept
    v_contras uuid[] := '{}';
    v_amounts bigint[] := '{}';
    v_lifetimes bigint[] := '{}';
    v_contra_lifetimes bigint[] := '{}';
    s integer;
    d integer;
    side record;
BEGIN
    IF EXISTS (
        SELECT 1 FROM unnest(p_sources || p_destinations) AS wanted(id)
        WHERE NOT EXISTS (SELECT 1 FROM ledger_account account WHERE account.id = wanted.id)
    ) THEN
        outcome := 'unknown';
        RETURN;
    END IF;

    IF p_twins THEN
        INSERT INTO ledger_entry (id, kind, key, at, day, recorded_at, facts, reverses_id, reason)
        VALUES (p_entry, p_kind, p_key, p_at, p_day, clock_timestamp(), v_facts, p_reverses, p_reason)
        ON CONFLICT (key) DO NOTHING;
        v_known := NOT FOUND;
    ELSE
        v_known := EXISTS (SELECT 1 FROM ledger_entry entry WHERE entry.key = p_key);
        IF NOT v_known THEN
            INSERT INTO ledger_entry (id, kind, key, at, day, recorded_at, facts, reverses_id, reason)
            VALUES (p_entry, p_kind, p_key, p_at, p_day, clock_timestamp(), v_facts, p_reverses, p_reason);
        END IF;
    END IF;
    IF v_known THEN
        SELECT entry.id, CASE WHEN entry.facts = v_facts THEN 'replayed' ELSE 'conflict' END
        INTO entry_id, outcome FROM ledger_entry entry WHERE entry.key = p_key;
        RETURN;
    END IF;

    -- Each account once, in the order of ids, so that two entries never wait for each other in a ring.
    FOR side IN
        SELECT account.id, account.folded, account.floor, account.owner_id IS NOT NULL AS owned,
            sum(line.credit - line.debit)::bigint AS net,
            sum(line.credit)::bigint AS credit, sum(line.debit)::bigint AS debit
        FROM (
            SELECT unnest(p_sources) AS id, 0 AS credit, unnest(p_amounts) AS debit
            UNION ALL
            SELECT unnest(p_destinations), unnest(p_amounts), 0
        ) line JOIN ledger_account account ON account.id = line.id
        GROUP BY account.id ORDER BY account.id
    LOOP
        v_in := NULL;
        v_out := NULL;
        IF NOT side.folded OR (side.net < 0 AND side.floor IS NOT NULL) THEN
            IF side.folded THEN
                PERFORM ledger_fold(ARRAY[side.id]);
                INSERT INTO ledger_daytotal AS total (account_id, day, kind, amount, entries)
                VALUES (side.id, p_day, p_kind, side.net, 1)
                ON CONFLICT (account_id, day, kind)
                DO UPDATE SET amount = total.amount + excluded.amount, entries = total.entries + 1;
            END IF;
            UPDATE ledger_account account SET
                total = total + side.net,
                credited = credited + CASE WHEN folded THEN 0 ELSE side.credit END,
                debited = debited + CASE WHEN folded THEN 0 ELSE side.debit END
            WHERE account.id = side.id
                AND (side.net >= 0 OR account.floor IS NULL OR account.total + side.net >= account.floor)
                AND (side.net >= 0 OR p_through_freeze OR NOT account.frozen)
            RETURNING CASE WHEN NOT account.folded THEN account.credited - side.credit END,
                CASE WHEN NOT account.folded THEN account.debited - side.debit END
            INTO v_in, v_out;
            IF NOT FOUND THEN
                IF NOT p_through_freeze AND (SELECT frozen FROM ledger_account WHERE id = side.id) THEN
                    RAISE EXCEPTION 'account frozen' USING ERRCODE = 'LG002', DETAIL = side.id;
                END IF;
                RAISE EXCEPTION 'insufficient funds' USING ERRCODE = 'LG001', DETAIL = side.id;
            END IF;
        ELSIF side.net <> 0 THEN
            IF side.owned THEN
                v_inbox := v_inbox || side.id;
                v_waiting := v_waiting || side.net;
            ELSE
                v_riders := v_riders || side.id;
                v_ridden := v_ridden || side.net;
            END IF;
        END IF;
        v_ids := v_ids || side.id;
        v_ranks := v_ranks || CASE WHEN side.owned THEN 2 ELSE 0 END + CASE WHEN side.folded = side.owned THEN 1 ELSE 0 END;
        v_ins := v_ins || v_in;
        v_outs := v_outs || v_out;
    END LOOP;

    -- One row, with what a gift or a release does to the platform riding along; else a row for each account.
    IF cardinality(v_inbox) = 1 AND cardinality(v_riders) <= 2 THEN
        INSERT INTO ledger_credit (account_id, amount, rider, rider_amount, second, second_amount, day, entries, kind)
        VALUES (v_inbox[1], v_waiting[1], v_riders[1], v_ridden[1], v_riders[2], v_ridden[2], p_day, 1, p_kind);
    ELSE
        INSERT INTO ledger_credit (account_id, amount, day, entries, kind)
        SELECT account, amount, p_day, 1, p_kind
        FROM unnest(v_inbox || v_riders, v_waiting || v_ridden) AS waiting(account, amount);
    END IF;

    FOR i IN 1 .. cardinality(p_amounts) LOOP
        s := array_position(v_ids, p_sources[i]);
        d := array_position(v_ids, p_destinations[i]);
        IF v_ranks[d] > v_ranks[s] THEN
            v_accounts := v_accounts || p_destinations[i];
            v_contras := v_contras || p_sources[i];
            v_amounts := v_amounts || p_amounts[i];
            v_lifetimes := v_lifetimes || v_ins[d];
            v_contra_lifetimes := v_contra_lifetimes || v_outs[s];
        ELSE
            v_accounts := v_accounts || p_sources[i];
            v_contras := v_contras || p_destinations[i];
            v_amounts := v_amounts || -p_amounts[i];
            v_lifetimes := v_lifetimes || v_outs[s];
            v_contra_lifetimes := v_contra_lifetimes || v_ins[d];
        END IF;
        v_outs[s] := v_outs[s] + p_amounts[i];
        v_ins[d] := v_ins[d] + p_amounts[i];
    END LOOP;
    INSERT INTO ledger_transfer (account_id, contra_id, entry_id, amount, lifetime, contra_lifetime)
    SELECT account, contra, p_entry, amount, lifetime, contra_lifetime
    FROM unnest(v_accounts, v_contras, v_amounts, v_lifetimes, v_contra_lifetimes)
        AS kept(account, contra, amount, lifetime, contra_lifetime);
    entry_id := p_entry;
    outcome := 'posted';
END $$;
