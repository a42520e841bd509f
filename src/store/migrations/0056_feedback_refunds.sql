-- Refunds that settle returns: how many copies of what a case wants to give back were refunded, and whether its shopper is
-- still to be told that it is resolved by that.
ALTER TABLE feedback_cases ADD COLUMN return_done BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feedback_cases ADD COLUMN refund_untold BIGINT NOT NULL DEFAULT 0;
CREATE INDEX feedback_cases_returned ON feedback_cases (shop_id, order_number, return_line) WHERE kind = 'return';
CREATE INDEX feedback_cases_untold ON feedback_cases (id) WHERE refund_untold = 1;
