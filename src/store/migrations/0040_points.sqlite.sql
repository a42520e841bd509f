CREATE TRIGGER point_transactions_are_not_changed BEFORE UPDATE ON point_transactions
BEGIN
    SELECT RAISE(ABORT, 'the points ledger is append-only');
END;
CREATE TRIGGER point_transactions_are_not_deleted BEFORE DELETE ON point_transactions
BEGIN
    SELECT RAISE(ABORT, 'the points ledger is append-only');
END;
-- Replacing a row would delete the old one without asking the trigger above.
CREATE TRIGGER point_transactions_are_not_replaced BEFORE INSERT ON point_transactions
WHEN EXISTS (SELECT 1 FROM point_transactions WHERE id = NEW.id OR (shop_id = NEW.shop_id AND cause = NEW.cause)
    OR (account_id = NEW.account_id AND sequence = NEW.sequence))
BEGIN
    SELECT RAISE(ABORT, 'the points ledger is append-only');
END;

CREATE TRIGGER point_entries_are_not_changed BEFORE UPDATE ON point_entries
BEGIN
    SELECT RAISE(ABORT, 'the points ledger is append-only');
END;
CREATE TRIGGER point_entries_are_not_deleted BEFORE DELETE ON point_entries
BEGIN
    SELECT RAISE(ABORT, 'the points ledger is append-only');
END;
-- Replacing a row would delete the old one without asking the trigger above.
CREATE TRIGGER point_entries_are_not_replaced BEFORE INSERT ON point_entries
WHEN EXISTS (SELECT 1 FROM point_entries WHERE transaction_id = NEW.transaction_id AND position = NEW.position)
BEGIN
    SELECT RAISE(ABORT, 'the points ledger is append-only');
END;

CREATE TRIGGER point_rules_are_not_changed BEFORE UPDATE ON point_rules
BEGIN
    SELECT RAISE(ABORT, 'the points ledger is append-only');
END;
CREATE TRIGGER point_rules_are_not_deleted BEFORE DELETE ON point_rules
BEGIN
    SELECT RAISE(ABORT, 'the points ledger is append-only');
END;
-- Replacing a row would delete the old one without asking the trigger above.
CREATE TRIGGER point_rules_are_not_replaced BEFORE INSERT ON point_rules
WHEN EXISTS (SELECT 1 FROM point_rules WHERE shop_id = NEW.shop_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'the points ledger is append-only');
END;
