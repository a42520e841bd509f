-- Which version of a review somebody has something against: a later one can be reported again.
ALTER TABLE review_reports ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
UPDATE review_reports SET version = (SELECT r.version FROM reviews r WHERE r.id = review_reports.review_id);

-- Who has decided what about a review stands with it.
CREATE INDEX review_decisions_of_review ON review_decisions (review_id, id DESC);

-- The staff's list of all reviews, those from files among them.
DROP INDEX review_versions_first;
CREATE INDEX reviews_of_shop ON reviews (shop_id, created_at DESC, id DESC);
