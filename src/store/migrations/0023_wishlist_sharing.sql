-- Who sees a wishlist besides its owner. `secret` is what its address cannot be guessed without; empty while it is
-- private, and another one each time it is shared anew.
ALTER TABLE wishlists ADD COLUMN visibility TEXT NOT NULL DEFAULT 'private'
    CHECK (visibility IN ('private', 'link', 'public'));
ALTER TABLE wishlists ADD COLUMN secret TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX wishlists_shared ON wishlists (secret) WHERE secret <> '';
