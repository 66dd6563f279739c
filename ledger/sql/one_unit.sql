-- A transfer joins two accounts of one unit, whatever writes it. Looked at once a statement.
CREATE OR REPLACE FUNCTION ledger_one_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added
        JOIN ledger_account account ON account.id = added.account_id
        JOIN ledger_account contra ON contra.id = added.contra_id
        WHERE account.unit <> contra.unit
    ) THEN
        RAISE EXCEPTION 'a transfer has one unit' USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER ledger_one_unit AFTER INSERT ON ledger_transfer
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_one_unit();
