CREATE TRIGGER reviews_keep_their_label BEFORE UPDATE OF incentivised ON reviews
WHEN OLD.incentivised = 1 AND NEW.incentivised <> 1
BEGIN
    SELECT RAISE(ABORT, 'what readers received for a review is never taken back');
END;
