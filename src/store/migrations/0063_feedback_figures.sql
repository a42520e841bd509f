-- How long cases took, in milliseconds in which somebody was there by the hours of that time: `answer_took` until the first
-- answer, `resolve_took` until they were resolved, without what they have waited for their shoppers. `resolved` is how often
-- they were, as far as that is in `resolve_took`: -1 for cases of before, which the program looks at one after the other.
ALTER TABLE feedback_cases ADD COLUMN answer_took BIGINT;
ALTER TABLE feedback_cases ADD COLUMN resolve_took BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feedback_cases ADD COLUMN resolved BIGINT NOT NULL DEFAULT 0;
UPDATE feedback_cases SET resolved = -1;
CREATE INDEX feedback_cases_unmeasured ON feedback_cases (id) WHERE resolved < 0;
CREATE INDEX feedback_cases_received ON feedback_cases (shop_id, opened_at);
