-- Photos on reviews. BYTEA is for PostgreSQL; SQLite keeps bytes as they are, whatever the type is called.

-- A photo that a customer has sent. `review_id` is the review that it belongs to, once a version of that has named it;
-- until then it belongs to none, and is forgotten after a day. `secret` is known to its author and the staff: by it they
-- see the photo also while readers do not.
CREATE TABLE review_photos (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    review_id TEXT,
    secret TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    uploaded_at BIGINT NOT NULL
);
CREATE INDEX review_photos_of_customer ON review_photos (customer_id);
CREATE INDEX review_photos_of_review ON review_photos (review_id) WHERE review_id IS NOT NULL;
CREATE INDEX review_photos_waiting ON review_photos (uploaded_at) WHERE review_id IS NULL;

-- The pictures themselves, apart, so that no list reads them.
CREATE TABLE review_photo_files (
    photo_id TEXT NOT NULL REFERENCES review_photos (id) ON DELETE CASCADE,
    size TEXT NOT NULL CHECK (size IN ('photo', 'thumbnail')),
    bytes BYTEA NOT NULL,
    PRIMARY KEY (photo_id, size)
);

-- Which photos a version of a review has, in the order of `position`, and what its author says is on them.
CREATE TABLE review_version_photos (
    review_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    photo_id TEXT NOT NULL REFERENCES review_photos (id) ON DELETE CASCADE,
    alt TEXT NOT NULL,
    PRIMARY KEY (review_id, version, position),
    FOREIGN KEY (review_id, version) REFERENCES review_versions (review_id, version)
);
CREATE INDEX review_version_photos_of_photo ON review_version_photos (photo_id);
