-- What shoppers want the shop to put right. So far each case was a review: `review_id` and `review_version` are what its
-- author has handed over. The words are kept with the case, whatever becomes of the review. `closed_by` is who of the
-- staff has dealt with it.
CREATE TABLE feedback_cases (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    review_id TEXT NOT NULL,
    review_version BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    language TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by TEXT NOT NULL,
    UNIQUE (review_id, review_version)
);
CREATE INDEX feedback_cases_open ON feedback_cases (shop_id, id) WHERE closed_at IS NULL;
CREATE INDEX feedback_cases_closed ON feedback_cases (shop_id, closed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX feedback_cases_of_customer ON feedback_cases (customer_id);

-- What the author of a version says it is about, once that was asked: 'book' or 'delivery'.
ALTER TABLE review_versions ADD COLUMN subject TEXT NOT NULL DEFAULT '';
