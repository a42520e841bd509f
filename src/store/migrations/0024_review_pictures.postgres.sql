-- Photos that came with a file: of reviews without a version, and perhaps of nobody who is a customer.
-- `source` is the SHA-256 of the file that a photo was made of, in hexadecimal digits, where it came with one.
ALTER TABLE review_photos ALTER COLUMN customer_id DROP NOT NULL;
ALTER TABLE review_photos ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE review_version_photos DROP CONSTRAINT review_version_photos_review_id_version_fkey;
