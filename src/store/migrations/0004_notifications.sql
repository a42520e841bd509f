-- What customers are told, and what leaves the server.

-- As the customer's account shows it. `params` is JSON.
CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    kind TEXT NOT NULL,
    params TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE INDEX notifications_of_customer ON notifications (customer_id, id);
CREATE INDEX notifications_unread ON notifications (customer_id) WHERE read_at IS NULL;

-- What is to be delivered, written in the same transaction as what caused it. `id` is what the receiver sees
-- too, so that a second delivery after a crash is known as the same. `target` is an email address or the
-- id of a webhook; `payload` is JSON, and emptied once it is delivered. A delivery under way is one that
-- comes due again a little later, in case that nothing is heard of it.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT REFERENCES customers (id),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'webhook')),
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    language TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dropped', 'dead')),
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_of_shop ON outbox (shop_id, state, id);
CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX outbox_of_customer ON outbox (customer_id) WHERE customer_id IS NOT NULL;

-- Where a shop's own programs hear of what happens here. `events` is a list with commas, `*` for all.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    events TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (shop_id, url)
);

-- Hours in the shop's time zone, `HH:MM`, in which nothing is sent that can wait; both empty for none.
ALTER TABLE shops ADD COLUMN quiet_from TEXT NOT NULL DEFAULT '';
ALTER TABLE shops ADD COLUMN quiet_until TEXT NOT NULL DEFAULT '';
