-- What a draft of the rules would have changed: a shop's latest simulation. `run` tells whose it is, so that one that was replaced
-- meanwhile ends; `touched_at` is when its server was last at work. `result` is JSON, empty until it is there.
CREATE TABLE point_simulations (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    run TEXT NOT NULL,
    revision BIGINT NOT NULL,
    base BIGINT,
    months BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    started_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    result TEXT NOT NULL
);
