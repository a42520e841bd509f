-- Whom the shop has asked for a review of what was delivered: days after delivery until it asks, 0 for never.
ALTER TABLE shops ADD COLUMN review_request_days BIGINT NOT NULL DEFAULT 0;

-- An order is asked about once, and reminded of once. `due_at` is when the reminder is due; none once it was sent or is
-- not wanted.
CREATE TABLE review_requests (
    order_id TEXT PRIMARY KEY REFERENCES orders (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    asked_at BIGINT NOT NULL,
    due_at BIGINT,
    reminded_at BIGINT
);
CREATE INDEX review_requests_due ON review_requests (shop_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX review_requests_of_customer ON review_requests (customer_id);

-- The books that it was about: nobody is asked about a work twice, however often it was bought.
CREATE TABLE review_request_books (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    order_id TEXT NOT NULL REFERENCES review_requests (order_id),
    PRIMARY KEY (customer_id, edition_id)
);
CREATE INDEX review_request_books_of_order ON review_request_books (order_id);

-- 1 once it was looked at whether its customer is to be asked.
ALTER TABLE orders ADD COLUMN review_asked BIGINT NOT NULL DEFAULT 0;
CREATE INDEX orders_to_ask_about ON orders (shop_id, delivered_at)
    WHERE review_asked = 0 AND delivered_at IS NOT NULL AND customer_id IS NOT NULL;
