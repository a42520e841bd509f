CREATE FUNCTION point_tiers_are_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever leaves takes the history along.
    IF TG_OP = 'DELETE' AND NOT EXISTS
        (SELECT 1 FROM point_accounts WHERE id = OLD.account_id AND customer_id IS NOT NULL) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the history of tiers is append-only';
END;
$$;

CREATE TRIGGER point_tier_changes_are_not_changed BEFORE UPDATE OR DELETE ON point_tier_changes
    FOR EACH ROW EXECUTE FUNCTION point_tiers_are_history();
CREATE TRIGGER point_tier_changes_are_not_emptied BEFORE TRUNCATE ON point_tier_changes
    FOR EACH STATEMENT EXECUTE FUNCTION points_are_append_only();
