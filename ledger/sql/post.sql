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
    v_ids uuid[];        -- the accounts, each once, in the order of their ids
    v_folded boolean[];
    v_floored boolean[];
    v_owned boolean[];
    v_ranks integer[];   -- of two, the one that ranks higher lists the transfer
    v_credits bigint[];
    v_debits bigint[];
    v_ins bigint[];      -- what had been credited to them before, and debited: null where not kept
    v_outs bigint[];
    v_open boolean;
    v_id uuid;
    v_credit bigint;
    v_debit bigint;
    v_net bigint;
    v_in bigint;
    v_out bigint;
    v_inbox uuid[] := '{}';  -- what goes into the inbox: of people, and of the platform
    v_waiting bigint[] := '{}';
    v_riders uuid[] := '{}';
    v_ridden bigint[] := '{}';
    v_accounts uuid[];   -- the transfers as they are kept
    v_contras uuid[];
    v_amounts bigint[];
    v_lifetimes bigint[];
    v_contra_lifetimes bigint[];
    s integer;
    d integer;
BEGIN
    SELECT array_agg(side.id), array_agg(side.folded), array_agg(side.floor IS NOT NULL), array_agg(side.owned),
        array_agg(CASE WHEN side.owned THEN 2 ELSE 0 END + CASE WHEN side.folded = side.owned THEN 1 ELSE 0 END),
        array_agg(side.credit), array_agg(side.debit), bool_and(side.folded IS NOT NULL)
    INTO v_ids, v_folded, v_floored, v_owned, v_ranks, v_credits, v_debits, v_open
    FROM (
        SELECT moved.id, account.folded, account.floor, account.owner_id IS NOT NULL AS owned,
            sum(moved.credit)::bigint AS credit, sum(moved.debit)::bigint AS debit
        FROM (
            SELECT unnest(p_sources) AS id, 0 AS credit, unnest(p_amounts) AS debit
            UNION ALL
            SELECT unnest(p_destinations), unnest(p_amounts), 0
        ) moved LEFT JOIN ledger_account account ON account.id = moved.id
        GROUP BY moved.id, account.id ORDER BY moved.id
    ) side;
    IF NOT v_open THEN
        outcome := 'unknown';
        RETURN;
    END IF;

    INSERT INTO ledger_entry (id, kind, key, at, day, recorded_at, facts, reverses_id, reason)
    VALUES (p_entry, p_kind, p_key, p_at, p_day, clock_timestamp(), v_facts, p_reverses, p_reason)
    ON CONFLICT (key) DO NOTHING;
    IF NOT FOUND THEN
        SELECT entry.id, CASE WHEN entry.facts = v_facts THEN 'replayed' ELSE 'conflict' END
        INTO entry_id, outcome FROM ledger_entry entry WHERE entry.key = p_key;
        RETURN;
    END IF;

    -- In the order of ids, so that two entries never wait for each other in a ring.
    FOR i IN 1 .. cardinality(v_ids) LOOP
        v_id := v_ids[i];
        v_credit := v_credits[i];
        v_debit := v_debits[i];
        v_net := v_credit - v_debit;
        v_in := NULL;
        v_out := NULL;
        IF NOT v_folded[i] OR (v_net < 0 AND v_floored[i]) THEN
            IF v_folded[i] THEN
                PERFORM ledger_fold(ARRAY[v_id]);
                INSERT INTO ledger_daytotal AS total (account_id, day, kind, amount, entries)
                VALUES (v_id, p_day, p_kind, v_net, 1)
                ON CONFLICT (account_id, day, kind)
                DO UPDATE SET amount = total.amount + excluded.amount, entries = total.entries + 1;
            END IF;
            UPDATE ledger_account account SET
                total = total + v_net,
                credited = credited + CASE WHEN folded THEN 0 ELSE v_credit END,
                debited = debited + CASE WHEN folded THEN 0 ELSE v_debit END
            WHERE account.id = v_id
                AND (v_net >= 0 OR account.floor IS NULL OR account.total + v_net >= account.floor)
                AND (v_net >= 0 OR p_through_freeze OR NOT account.frozen)
            RETURNING CASE WHEN NOT account.folded THEN account.credited - v_credit END,
                CASE WHEN NOT account.folded THEN account.debited - v_debit END
            INTO v_in, v_out;
            IF NOT FOUND THEN
                IF NOT p_through_freeze AND (SELECT frozen FROM ledger_account WHERE id = v_id) THEN
                    RAISE EXCEPTION 'account frozen' USING ERRCODE = 'LG002', DETAIL = v_id;
                END IF;
                RAISE EXCEPTION 'insufficient funds' USING ERRCODE = 'LG001', DETAIL = v_id;
            END IF;
        ELSIF v_net <> 0 THEN
            IF v_owned[i] THEN
                v_inbox := v_inbox || v_id;
                v_waiting := v_waiting || v_net;
            ELSE
                v_riders := v_riders || v_id;
                v_ridden := v_ridden || v_net;
            END IF;
        END IF;
        v_ins[i] := v_in;
        v_outs[i] := v_out;
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
            v_accounts[i] := p_destinations[i];
            v_contras[i] := p_sources[i];
            v_amounts[i] := p_amounts[i];
            v_lifetimes[i] := v_ins[d];
            v_contra_lifetimes[i] := v_outs[s];
        ELSE
            v_accounts[i] := p_sources[i];
            v_contras[i] := p_destinations[i];
            v_amounts[i] := -p_amounts[i];
            v_lifetimes[i] := v_outs[s];
            v_contra_lifetimes[i] := v_ins[d];
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
