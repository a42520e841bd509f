-- Who of the staff has which case open right now. A row is renewed while its page is open, and means nothing after `until`:
-- so it does not matter whether the server that wrote it is still there. `writing_until` is 0 where nothing is written.
CREATE TABLE feedback_readers (
    case_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    until BIGINT NOT NULL,
    writing_until BIGINT NOT NULL,
    PRIMARY KEY (case_id, staff_id)
);
