CREATE TRIGGER point_tier_changes_are_not_changed BEFORE UPDATE ON point_tier_changes
BEGIN
    SELECT RAISE(ABORT, 'the history of tiers is append-only');
END;
-- Whoever leaves takes the history along.
CREATE TRIGGER point_tier_changes_are_not_deleted BEFORE DELETE ON point_tier_changes
WHEN EXISTS (SELECT 1 FROM point_accounts WHERE id = OLD.account_id AND customer_id IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'the history of tiers is append-only');
END;
-- Replacing a row would delete the old one without asking the trigger above.
CREATE TRIGGER point_tier_changes_are_not_replaced BEFORE INSERT ON point_tier_changes
WHEN EXISTS (SELECT 1 FROM point_tier_changes WHERE account_id = NEW.account_id AND sequence = NEW.sequence)
BEGIN
    SELECT RAISE(ABORT, 'the history of tiers is append-only');
END;
