-- SQLite cannot change a constraint. `number` is what the index of words knows an entry by, and stays.
CREATE TABLE linked_entries (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL REFERENCES feedback_cases (id),
    kind TEXT NOT NULL CHECK (kind IN ('message', 'note', 'state', 'return', 'assigned', 'merged', 'linked', 'order', 'handed_over')),
    staff TEXT NOT NULL,
    text TEXT NOT NULL,
    value TEXT NOT NULL,
    draft TEXT,
    sent TEXT NOT NULL,
    at BIGINT NOT NULL,
    worded BIGINT NOT NULL,
    UNIQUE (case_id, draft)
);
INSERT INTO linked_entries SELECT number, id, case_id, kind, staff, text, value, draft, sent, at, worded FROM feedback_entries;
DROP TABLE feedback_entries;
ALTER TABLE linked_entries RENAME TO feedback_entries;
CREATE INDEX feedback_entries_of_case ON feedback_entries (case_id, number);
CREATE INDEX feedback_entries_without_words ON feedback_entries (number) WHERE worded = 0;
