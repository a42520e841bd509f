-- The customer to whom the staff has linked a case of somebody without an account, for its own eyes: whose case it is says
-- `customer_id`. The timelines have entries about that.
ALTER TABLE feedback_cases ADD COLUMN linked_customer TEXT REFERENCES customers (id);
CREATE INDEX feedback_cases_linked ON feedback_cases (linked_customer) WHERE linked_customer IS NOT NULL;
