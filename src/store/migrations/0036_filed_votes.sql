-- How many of a review's votes came from a file: with those in `review_votes` they make up all, so that both can be
-- recounted.
ALTER TABLE reviews ADD COLUMN filed_helpful BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reviews ADD COLUMN filed_votes BIGINT NOT NULL DEFAULT 0;
UPDATE reviews SET
    filed_helpful = helpful - (SELECT COUNT(*) FROM review_votes v WHERE v.review_id = reviews.id AND v.helpful = 1),
    filed_votes = votes - (SELECT COUNT(*) FROM review_votes v WHERE v.review_id = reviews.id)
    WHERE votes > 0;
