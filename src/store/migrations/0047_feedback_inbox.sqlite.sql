-- The timelines. `number` is given by the database, and is what the index of words knows an entry by. `staff` is who of the
-- staff has written or done it; empty for the shopper. `draft` and `sent` are as of a case. `worded` is 0 for entries that are
-- not in the index of words yet.
CREATE TABLE feedback_entries (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL REFERENCES feedback_cases (id),
    kind TEXT NOT NULL CHECK (kind IN ('message', 'note', 'state', 'return', 'assigned', 'merged')),
    staff TEXT NOT NULL,
    text TEXT NOT NULL,
    value TEXT NOT NULL,
    draft TEXT,
    sent TEXT NOT NULL,
    at BIGINT NOT NULL,
    worded BIGINT NOT NULL,
    UNIQUE (case_id, draft)
);
CREATE INDEX feedback_entries_of_case ON feedback_entries (case_id, number);
CREATE INDEX feedback_entries_without_words ON feedback_entries (number) WHERE worded = 0;

-- The words of an entry, cut by the program and not by the database (see `feedback/words.rs` of the store): so both databases
-- find the same, in every language. Only the index is kept, by the entry's number.
CREATE VIRTUAL TABLE feedback_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
