-- Clocks of cases. What a shop sets is JSON; `generation` counts its changes, those of the shop's time zone included.
CREATE TABLE feedback_clocks (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    settings TEXT NOT NULL,
    generation BIGINT NOT NULL
);

-- By when a case is to be answered first and to be resolved, and which of that is due next; NULL where nothing is. They are
-- what the settings of generation `clocks_of` say; a case of an older one is looked at again. `answer_told` and
-- `resolve_told` are 1 once somebody was told that it is overdue.
ALTER TABLE feedback_cases ADD COLUMN answer_due BIGINT;
ALTER TABLE feedback_cases ADD COLUMN resolve_due BIGINT;
ALTER TABLE feedback_cases ADD COLUMN due_at BIGINT;
ALTER TABLE feedback_cases ADD COLUMN clocks_of BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feedback_cases ADD COLUMN answer_told BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feedback_cases ADD COLUMN resolve_told BIGINT NOT NULL DEFAULT 0;
CREATE INDEX feedback_cases_due ON feedback_cases (shop_id, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX feedback_cases_due_first ON feedback_cases (due_at, id) WHERE due_at IS NOT NULL;
