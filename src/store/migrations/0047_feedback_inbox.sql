-- Cases as a whole: what shoppers send, with an account or without one, and what the staff does with it. Those that were
-- handed over before are taken over; what they say becomes the first entry of their timelines (0048).

ALTER TABLE feedback_cases RENAME TO handed_over_cases;
DROP INDEX feedback_cases_open;
DROP INDEX feedback_cases_closed;
DROP INDEX feedback_cases_of_customer;

-- `draft` is the SHA-256 of what names the draft, and `sent` that of all that was sent: so a draft that is sent again is the
-- same case. `code` is the SHA-256 of the code by which somebody without an account follows it; `name` and `email` are what
-- such a shopper has told. `version` counts what the staff has to see before it changes something. `owner` is who of the
-- staff deals with it. What is not said is empty.
CREATE TABLE feedback_cases (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT REFERENCES customers (id),
    kind TEXT NOT NULL
        CHECK (kind IN ('complaint', 'question', 'suggestion', 'praise', 'return', 'correction')),
    state TEXT NOT NULL
        CHECK (state IN ('received', 'in_progress', 'waiting', 'resolved', 'reopened')),
    version BIGINT NOT NULL,
    draft TEXT,
    sent TEXT NOT NULL,
    code TEXT,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    edition_id TEXT REFERENCES editions (id),
    order_number TEXT NOT NULL,
    page TEXT NOT NULL,
    return_line TEXT NOT NULL,
    return_quantity BIGINT NOT NULL,
    return_reason TEXT NOT NULL,
    return_wish TEXT NOT NULL,
    return_state TEXT NOT NULL,
    wrong_field TEXT NOT NULL,
    right_value TEXT NOT NULL,
    review_id TEXT,
    review_version BIGINT,
    title TEXT NOT NULL,
    owner TEXT NOT NULL,
    merged_into TEXT,
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    answered_at BIGINT,
    closed_at BIGINT,
    closed_by TEXT NOT NULL,
    UNIQUE (shop_id, draft),
    UNIQUE (shop_id, code),
    UNIQUE (review_id, review_version),
    CHECK ((state = 'resolved') = (closed_at IS NOT NULL))
);
INSERT INTO feedback_cases (id, shop_id, customer_id, kind, state, version, sent, name, email, language, edition_id,
        order_number, page, return_line, return_quantity, return_reason, return_wish, return_state, wrong_field,
        right_value, review_id, review_version, title, owner, opened_at, changed_at, closed_at, closed_by)
    SELECT id, shop_id, customer_id, 'complaint', CASE WHEN closed_at IS NULL THEN 'received' ELSE 'resolved' END, 1, '',
        '', '', language, edition_id, '', '', '', 0, '', '', '', '', '', review_id, review_version, title, '', opened_at,
        COALESCE(closed_at, opened_at), closed_at, closed_by
    FROM handed_over_cases;
CREATE INDEX feedback_cases_open ON feedback_cases (shop_id, id) WHERE closed_at IS NULL;
CREATE INDEX feedback_cases_of_shop ON feedback_cases (shop_id, id);
CREATE INDEX feedback_cases_of_owner ON feedback_cases (shop_id, owner, id) WHERE owner <> '';
CREATE INDEX feedback_cases_of_customer ON feedback_cases (customer_id, id) WHERE customer_id IS NOT NULL;

CREATE TABLE feedback_tags (
    case_id TEXT NOT NULL REFERENCES feedback_cases (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (case_id, tag)
);
CREATE INDEX feedback_tags_by_tag ON feedback_tags (tag, case_id);

-- The message that has a photo, where it is none of a review's.
ALTER TABLE review_photos ADD COLUMN entry_id TEXT;
CREATE INDEX review_photos_of_entry ON review_photos (entry_id) WHERE entry_id IS NOT NULL;
