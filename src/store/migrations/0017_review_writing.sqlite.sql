CREATE TRIGGER review_decisions_are_not_changed BEFORE UPDATE ON review_decisions
BEGIN
    SELECT RAISE(ABORT, 'the log of decisions is append-only');
END;

CREATE TRIGGER review_decisions_are_not_deleted BEFORE DELETE ON review_decisions
BEGIN
    SELECT RAISE(ABORT, 'the log of decisions is append-only');
END;

-- Replacing a row would delete the old one without asking the trigger above.
CREATE TRIGGER review_decisions_are_not_replaced BEFORE INSERT ON review_decisions
WHEN EXISTS (SELECT 1 FROM review_decisions WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the log of decisions is append-only');
END;
