-- Whether the order of a case is one that the staff has linked, and not what its shopper has written: until the case is handed over it
-- is for the staff's eyes.
ALTER TABLE feedback_cases ADD COLUMN order_linked BIGINT NOT NULL DEFAULT 0;
UPDATE feedback_cases SET order_linked = 1 WHERE customer_id IS NULL AND EXISTS (SELECT 1 FROM feedback_entries e
    WHERE e.case_id = feedback_cases.id AND e.kind = 'order');
