-- How satisfied shoppers are with what has become of their cases: 1 to 5. `rate_code` is what the letter about a case that is
-- resolved leads to the page by, where that is said; another one each time it is resolved.
ALTER TABLE feedback_cases ADD COLUMN rate_code TEXT;
ALTER TABLE feedback_cases ADD COLUMN score BIGINT CHECK (score BETWEEN 1 AND 5);
ALTER TABLE feedback_cases ADD COLUMN score_comment TEXT NOT NULL DEFAULT '';
ALTER TABLE feedback_cases ADD COLUMN scored_at BIGINT;
CREATE UNIQUE INDEX feedback_cases_by_rate_code ON feedback_cases (rate_code) WHERE rate_code IS NOT NULL;
