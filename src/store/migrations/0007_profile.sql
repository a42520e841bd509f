-- What customers like and allow, and where their shop sells.

-- Genres are words of the API; both are lists with one entry a line.
ALTER TABLE customers ADD COLUMN genres TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN authors TEXT NOT NULL DEFAULT '';

-- What a customer has said last of a channel and a purpose.
CREATE TABLE consents (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    channel TEXT NOT NULL,
    purpose TEXT NOT NULL,
    granted BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (customer_id, channel, purpose)
);

-- Every change, in their order from 1. Never updated.
CREATE TABLE consent_changes (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    position BIGINT NOT NULL,
    channel TEXT NOT NULL,
    purpose TEXT NOT NULL,
    granted BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (customer_id, position)
);

-- The address of a book in the shop, with `{isbn}` in it; empty where nobody told.
ALTER TABLE shops ADD COLUMN book_url TEXT NOT NULL DEFAULT '';

-- The shop's own id of the customer who has written the review; empty where nobody told.
ALTER TABLE reviews ADD COLUMN customer TEXT NOT NULL DEFAULT '';
CREATE INDEX reviews_of_customer ON reviews (shop_id, customer) WHERE customer <> '';
