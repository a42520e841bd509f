CREATE FUNCTION points_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the points ledger is append-only';
END;
$$;

CREATE TRIGGER point_transactions_are_not_changed BEFORE UPDATE OR DELETE ON point_transactions
    FOR EACH ROW EXECUTE FUNCTION points_are_append_only();
CREATE TRIGGER point_transactions_are_not_emptied BEFORE TRUNCATE ON point_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION points_are_append_only();

CREATE TRIGGER point_entries_are_not_changed BEFORE UPDATE OR DELETE ON point_entries
    FOR EACH ROW EXECUTE FUNCTION points_are_append_only();
CREATE TRIGGER point_entries_are_not_emptied BEFORE TRUNCATE ON point_entries
    FOR EACH STATEMENT EXECUTE FUNCTION points_are_append_only();

CREATE TRIGGER point_rules_are_not_changed BEFORE UPDATE OR DELETE ON point_rules
    FOR EACH ROW EXECUTE FUNCTION points_are_append_only();
CREATE TRIGGER point_rules_are_not_emptied BEFORE TRUNCATE ON point_rules
    FOR EACH STATEMENT EXECUTE FUNCTION points_are_append_only();
