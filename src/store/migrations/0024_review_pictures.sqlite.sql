-- Photos that came with a file: of reviews without a version, and perhaps of nobody who is a customer. SQLite cannot drop
-- what forbids that, so the tables are made anew; the children go first, or they would be emptied with their parent.
-- `source` is the SHA-256 of the file that a photo was made of, in hexadecimal digits, where it came with one.
CREATE TABLE all_photos (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT REFERENCES customers (id),
    review_id TEXT,
    secret TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    source TEXT NOT NULL DEFAULT ''
);
INSERT INTO all_photos (id, shop_id, customer_id, review_id, secret, width, height, uploaded_at)
    SELECT id, shop_id, customer_id, review_id, secret, width, height, uploaded_at FROM review_photos;
CREATE TABLE all_photo_files (
    photo_id TEXT NOT NULL REFERENCES all_photos (id) ON DELETE CASCADE,
    size TEXT NOT NULL CHECK (size IN ('photo', 'thumbnail')),
    bytes BYTEA NOT NULL,
    PRIMARY KEY (photo_id, size)
);
INSERT INTO all_photo_files (photo_id, size, bytes) SELECT photo_id, size, bytes FROM review_photo_files;
CREATE TABLE all_version_photos (
    review_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    photo_id TEXT NOT NULL REFERENCES all_photos (id) ON DELETE CASCADE,
    alt TEXT NOT NULL,
    PRIMARY KEY (review_id, version, position)
);
INSERT INTO all_version_photos (review_id, version, position, photo_id, alt)
    SELECT review_id, version, position, photo_id, alt FROM review_version_photos;
DROP TABLE review_version_photos;
DROP TABLE review_photo_files;
DROP TABLE review_photos;
ALTER TABLE all_photos RENAME TO review_photos;
ALTER TABLE all_photo_files RENAME TO review_photo_files;
ALTER TABLE all_version_photos RENAME TO review_version_photos;
CREATE INDEX review_photos_of_customer ON review_photos (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX review_photos_of_review ON review_photos (review_id) WHERE review_id IS NOT NULL;
CREATE INDEX review_photos_waiting ON review_photos (uploaded_at) WHERE review_id IS NULL;
CREATE INDEX review_version_photos_of_photo ON review_version_photos (photo_id);
