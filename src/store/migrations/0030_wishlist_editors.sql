-- Whom a list's owner lets change what is in it.
CREATE TABLE wishlist_editors (
    id TEXT PRIMARY KEY,
    list_id TEXT NOT NULL REFERENCES wishlists (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    joined_at BIGINT NOT NULL,
    UNIQUE (list_id, customer_id)
);
CREATE INDEX wishlist_editors_of_customer ON wishlist_editors (customer_id);

-- Open invitations. `secret` is the hash of what stands in the address; one that was accepted is gone.
CREATE TABLE wishlist_invitations (
    id TEXT PRIMARY KEY,
    list_id TEXT NOT NULL REFERENCES wishlists (id),
    secret TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX wishlist_invitations_of_list ON wishlist_invitations (list_id);
CREATE INDEX wishlist_invitations_ended ON wishlist_invitations (expires_at);

-- Who has added a wish, where that is not the list's owner.
ALTER TABLE wishes ADD COLUMN added_by TEXT REFERENCES customers (id);
CREATE INDEX wishes_added_by ON wishes (added_by) WHERE added_by IS NOT NULL;
