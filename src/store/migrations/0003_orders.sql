-- Orders and refunds, as the shop reports them.

-- `customer_id` is empty until somebody is found whom `customer_kind` and `customer_value` name; an order
-- that names nobody has all three empty.
CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    number TEXT NOT NULL,
    placed_at BIGINT NOT NULL,
    delivered_at BIGINT,
    branch TEXT NOT NULL,
    currency TEXT NOT NULL,
    total BIGINT NOT NULL CHECK (total >= 0),
    customer_id TEXT REFERENCES customers (id),
    customer_kind TEXT NOT NULL,
    customer_value TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    UNIQUE (shop_id, number)
);
CREATE INDEX orders_of_customer ON orders (customer_id, placed_at DESC, id DESC)
    WHERE customer_id IS NOT NULL;
CREATE INDEX orders_without_customer ON orders (shop_id, customer_kind, customer_value)
    WHERE customer_id IS NULL;

-- `position` counts from 1. `isbn` is what was sold under; `edition_id` is empty while the catalogue has no
-- such book. What has been refunded is kept with the line, so that no refund can exceed it.
CREATE TABLE order_lines (
    order_id TEXT NOT NULL REFERENCES orders (id),
    position BIGINT NOT NULL,
    line TEXT NOT NULL,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    edition_id TEXT REFERENCES editions (id),
    isbn TEXT NOT NULL,
    sku TEXT NOT NULL,
    title TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    total BIGINT NOT NULL CHECK (total >= 0),
    refunded_quantity BIGINT NOT NULL CHECK (refunded_quantity BETWEEN 0 AND quantity),
    refunded BIGINT NOT NULL CHECK (refunded BETWEEN 0 AND total),
    PRIMARY KEY (order_id, position)
);
CREATE INDEX order_lines_without_book ON order_lines (shop_id, isbn)
    WHERE edition_id IS NULL;

-- A refund waits until its order is there.
CREATE TABLE refunds (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    number TEXT NOT NULL,
    order_number TEXT NOT NULL,
    refunded_at BIGINT NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'applied', 'excessive')),
    received_at BIGINT NOT NULL,
    UNIQUE (shop_id, number)
);
CREATE INDEX refunds_of_order ON refunds (shop_id, order_number);

CREATE TABLE refund_lines (
    refund_id TEXT NOT NULL REFERENCES refunds (id),
    position BIGINT NOT NULL,
    line TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    total BIGINT NOT NULL,
    PRIMARY KEY (refund_id, position)
);

-- Replies to requests that carried an `Idempotency-Key`, so that the same request gets the same reply.
-- `request` is a hash of what was asked.
CREATE TABLE idempotent_replies (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    idempotency_key TEXT NOT NULL,
    request TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, idempotency_key)
);
CREATE INDEX idempotent_replies_by_age ON idempotent_replies (created_at);
