CREATE FUNCTION review_decisions_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of decisions is append-only';
END;
$$;

CREATE TRIGGER review_decisions_are_not_changed BEFORE UPDATE OR DELETE ON review_decisions
    FOR EACH ROW EXECUTE FUNCTION review_decisions_are_append_only();

CREATE TRIGGER review_decisions_are_not_emptied BEFORE TRUNCATE ON review_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION review_decisions_are_append_only();
