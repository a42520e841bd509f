-- What customers read: a work once, by one of its editions.
CREATE TABLE shelf_books (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    state TEXT NOT NULL CHECK (state IN ('want_to_read', 'reading', 'read')),
    added_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (customer_id, edition_id)
);
CREATE INDEX shelf_books_in_order ON shelf_books (customer_id, changed_at DESC, edition_id DESC);
