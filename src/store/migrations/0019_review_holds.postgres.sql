CREATE FUNCTION reviews_keep_their_label() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what readers received for a review is never taken back';
END;
$$;

CREATE TRIGGER reviews_keep_their_label BEFORE UPDATE OF incentivised ON reviews
    FOR EACH ROW WHEN (OLD.incentivised = 1 AND NEW.incentivised <> 1)
    EXECUTE FUNCTION reviews_keep_their_label();
