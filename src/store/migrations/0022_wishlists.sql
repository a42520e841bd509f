-- What customers wish for. `removed_at` is when a list or a wish was taken away: it can be had back for a day.
-- An empty name is that of a list which nobody has named.
CREATE TABLE wishlists (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    name TEXT NOT NULL,
    is_default BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    removed_at BIGINT
);
CREATE INDEX wishlists_of_customer ON wishlists (customer_id, created_at);
CREATE UNIQUE INDEX wishlists_default ON wishlists (customer_id) WHERE is_default = 1;
CREATE INDEX wishlists_removed ON wishlists (removed_at) WHERE removed_at IS NOT NULL;

-- A book is in a list once. `position` rises along the list, with gaps; two that have the same stand in the order of
-- their ids.
CREATE TABLE wishes (
    id TEXT PRIMARY KEY,
    list_id TEXT NOT NULL REFERENCES wishlists (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    position BIGINT NOT NULL,
    note TEXT NOT NULL,
    priority TEXT NOT NULL CHECK (priority IN ('high', 'normal', 'low')),
    quantity BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    added_at BIGINT NOT NULL,
    removed_at BIGINT,
    UNIQUE (list_id, edition_id)
);
CREATE INDEX wishes_in_order ON wishes (list_id, position, id);
CREATE INDEX wishes_of_edition ON wishes (edition_id);
CREATE INDEX wishes_removed ON wishes (removed_at) WHERE removed_at IS NOT NULL;
