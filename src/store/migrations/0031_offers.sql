-- What a book costs in a shop and whether it is there, as the shop has said last (`as_of`). By ISBN, as the catalogue may
-- have the book later than the shop tells its price.
CREATE TABLE offers (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    isbn TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    currency TEXT NOT NULL,
    availability TEXT NOT NULL CHECK (availability IN ('in_stock', 'out_of_stock', 'preorder', 'unknown')),
    as_of BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, isbn)
);

-- The series that an edition belongs to, empty for none.
ALTER TABLE editions ADD COLUMN series TEXT NOT NULL DEFAULT '';

-- What has happened to books that somebody may want to be told of: `kind` is `offer` or `edition`, `isbns` has one a line.
-- Whoever looks at a note deletes it.
CREATE TABLE wish_causes (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    kind TEXT NOT NULL CHECK (kind IN ('offer', 'edition')),
    isbns TEXT NOT NULL
);
