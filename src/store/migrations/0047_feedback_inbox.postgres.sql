-- The timelines. `number` is given by the database, and is what the index of words knows an entry by. `staff` is who of the
-- staff has written or done it; empty for the shopper. `draft` and `sent` are as of a case. `worded` is 0 for entries that are
-- not in the index of words yet.
CREATE TABLE feedback_entries (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
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
-- find the same, in every language. `rowid` is the entry's number, called as in SQLite.
CREATE TABLE feedback_words (
    rowid BIGINT PRIMARY KEY,
    words TEXT NOT NULL
);
CREATE INDEX feedback_words_index ON feedback_words
    USING gin (array_to_tsvector(string_to_array(words, ' ')));
