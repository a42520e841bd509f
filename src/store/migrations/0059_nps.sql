-- Whether and whom a shop asks how likely they are to recommend it.
CREATE TABLE nps_settings (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    asks BIGINT NOT NULL CHECK (asks IN (0, 1)),
    after_days BIGINT NOT NULL
);

-- When a customer was asked last. Whoever changes this row asks; nobody else does within 90 days.
CREATE TABLE nps_turns (
    customer_id TEXT PRIMARY KEY REFERENCES customers (id),
    asked_at BIGINT NOT NULL
);

-- Each time that somebody was asked, and what was answered. `asked_on` is the day in the shop's time zone.
CREATE TABLE nps_asks (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    asked_at BIGINT NOT NULL,
    asked_on TEXT NOT NULL,
    score BIGINT CHECK (score BETWEEN 0 AND 10),
    comment TEXT NOT NULL DEFAULT '',
    answered_at BIGINT,
    dismissed_at BIGINT
);
CREATE INDEX nps_asks_of_customer ON nps_asks (customer_id, asked_at);
CREATE INDEX nps_asks_of_shop ON nps_asks (shop_id, asked_on, score);
CREATE INDEX nps_comments ON nps_asks (shop_id, id) WHERE comment <> '';
