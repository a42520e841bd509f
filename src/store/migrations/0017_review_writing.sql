-- Reviews that customers write here, what the staff decides about them, and what other readers say of them.

-- `status` is 'published' for what readers see and 'held' for what they do not. The columns have what readers see (or
-- would see first); what its author has written since, and what became of it, is in `review_versions`.
--
-- `customer` is the shop's own id of the author, for reviews that came from a file; `customer_id` is the author as
-- soon as there is such a customer. `version` is the number of the version that the columns have, 0 for one that came
-- from a file. `edited_at` is when that version was written, where it is not the first.
CREATE TABLE all_reviews (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    work_id TEXT NOT NULL REFERENCES works (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    source_id TEXT NOT NULL,
    customer TEXT NOT NULL,
    customer_id TEXT REFERENCES customers (id),
    let_go BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('published', 'held')),
    version BIGINT NOT NULL,
    rating BIGINT NOT NULL CHECK (rating BETWEEN 5 AND 50 AND rating % 5 = 0),
    low_rating BIGINT NOT NULL,
    stars BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    search_text TEXT NOT NULL,
    language TEXT NOT NULL,
    language_primary TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    verified BIGINT NOT NULL,
    photos BIGINT NOT NULL,
    helpful BIGINT NOT NULL CHECK (helpful BETWEEN 0 AND votes),
    votes BIGINT NOT NULL,
    helpful_score BIGINT NOT NULL,
    answer TEXT NOT NULL,
    answered_at BIGINT,
    UNIQUE (shop_id, source_id)
);
INSERT INTO all_reviews (id, shop_id, work_id, edition_id, source_id, customer, customer_id, let_go, status, version,
    rating, low_rating, stars, title, body, search_text, language, language_primary, author, created_at, verified,
    photos, helpful, votes, helpful_score, answer)
    SELECT r.id, r.shop_id, r.work_id, r.edition_id, r.source_id, r.customer,
        (SELECT i.customer_id FROM customer_identifiers i WHERE i.shop_id = r.shop_id AND i.kind = 'external'
            AND i.value = r.customer AND r.customer <> ''),
        r.let_go, r.status, 0, r.rating, r.low_rating, r.stars, r.title, r.body, r.search_text, r.language,
        r.language_primary, r.author, r.created_at, r.verified, r.photos, r.helpful, r.votes, r.helpful_score, ''
    FROM reviews r;
DROP TABLE reviews;
ALTER TABLE all_reviews RENAME TO reviews;
CREATE INDEX reviews_of_edition ON reviews (edition_id);
CREATE INDEX reviews_of_author ON reviews (shop_id, customer) WHERE customer <> '';
CREATE INDEX reviews_of_customer ON reviews (customer_id, work_id) WHERE customer_id IS NOT NULL;
CREATE INDEX reviews_helpful ON reviews (work_id, helpful_score DESC, created_at DESC, id DESC)
    WHERE status = 'published';
CREATE INDEX reviews_newest ON reviews (work_id, created_at DESC, id DESC)
    WHERE status = 'published';
CREATE INDEX reviews_highest ON reviews (work_id, rating DESC, created_at DESC, id DESC)
    WHERE status = 'published';
CREATE INDEX reviews_lowest ON reviews (work_id, low_rating DESC, created_at DESC, id DESC)
    WHERE status = 'published';
CREATE INDEX reviews_stars_helpful ON reviews (work_id, stars, helpful_score DESC, created_at DESC, id DESC)
    WHERE status = 'published';
CREATE INDEX reviews_stars_newest ON reviews (work_id, stars, created_at DESC, id DESC)
    WHERE status = 'published';

-- Everything that the author of a review has ever written of it, numbered from 1. `shown` is 1 for a version that
-- readers see or have seen. A version waits ('pending') until somebody of the staff has decided, or the author has
-- written another one ('replaced').
CREATE TABLE review_versions (
    review_id TEXT NOT NULL REFERENCES reviews (id),
    version BIGINT NOT NULL,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'changes', 'refused', 'replaced')),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    rating BIGINT NOT NULL CHECK (rating BETWEEN 5 AND 50 AND rating % 5 = 0),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    language TEXT NOT NULL,
    author TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (review_id, version)
);
CREATE INDEX review_versions_waiting ON review_versions (shop_id, written_at, review_id)
    WHERE state = 'pending';
CREATE INDEX review_versions_first ON review_versions (shop_id, written_at DESC, review_id DESC)
    WHERE version = 1;

-- What the staff has decided, for ever. It names no author and has no words of anybody's.
CREATE TABLE review_decisions (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    review_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    stars BIGINT NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    decided_at BIGINT NOT NULL
);
CREATE INDEX review_decisions_of_shop ON review_decisions (shop_id, id DESC);

-- Works of which the staff has objected to what a customer has written, whatever became of that: what the customer
-- writes of them next waits, until something is approved.
CREATE TABLE review_objections (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    work_id TEXT NOT NULL REFERENCES works (id),
    PRIMARY KEY (customer_id, work_id)
);

-- One vote of a customer for a review. The figures in `reviews` count these and what came from a file.
CREATE TABLE review_votes (
    review_id TEXT NOT NULL REFERENCES reviews (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    helpful BIGINT NOT NULL,
    PRIMARY KEY (review_id, customer_id)
);
CREATE INDEX review_votes_of_customer ON review_votes (customer_id);

-- What customers have against a review. `settled_at` is when somebody of the staff has looked at it.
CREATE TABLE review_reports (
    review_id TEXT NOT NULL REFERENCES reviews (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    reported_at BIGINT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (review_id, customer_id)
);
CREATE INDEX review_reports_open ON review_reports (shop_id, reported_at) WHERE settled_at IS NULL;
CREATE INDEX review_reports_of_customer ON review_reports (customer_id);

-- What has changed since the marks "verified purchase" were last looked at: ids of a kind, one a line.
CREATE TABLE purchase_changes (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    kind TEXT NOT NULL CHECK (kind IN ('order', 'customer', 'work')),
    ids TEXT NOT NULL
);
CREATE INDEX purchase_changes_of_shop ON purchase_changes (shop_id, id);

-- Whether reviews are shown before or after somebody of the staff has looked at them, and whether readers can give
-- half stars.
ALTER TABLE shops ADD COLUMN moderation TEXT NOT NULL DEFAULT 'before';
ALTER TABLE shops ADD COLUMN half_stars BIGINT NOT NULL DEFAULT 0;
