-- 1 where any edition of the work will do.
ALTER TABLE wishes ADD COLUMN any_edition BIGINT NOT NULL DEFAULT 0;

-- What somebody wants to be told of a book that is wished for, in whichever lists it is. Truth values are 0 and 1.
-- `at_most` is the most that it may cost to be told; without it any drop below `base` counts, what it cost when that was
-- chosen. `told` is the price that was told last, until it is more again. `missed` is 1 once it is known that the book could
-- not be had.
CREATE TABLE wish_alerts (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    price BIGINT NOT NULL,
    at_most BIGINT,
    base BIGINT,
    told BIGINT,
    currency TEXT NOT NULL,
    stock BIGINT NOT NULL,
    missed BIGINT NOT NULL,
    format BIGINT NOT NULL,
    author BIGINT NOT NULL,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (customer_id, edition_id)
);
CREATE INDEX wish_alerts_of_edition ON wish_alerts (edition_id);

-- The authors of those with `author`, folded.
CREATE TABLE wish_alert_authors (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    author TEXT NOT NULL,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    PRIMARY KEY (customer_id, edition_id, author)
);
CREATE INDEX wish_alert_authors_by_name ON wish_alert_authors (shop_id, author);

-- Whom and what customers follow: `folded` is the name without the differences that a search ignores.
CREATE TABLE follows (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    kind TEXT NOT NULL CHECK (kind IN ('author', 'series')),
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    followed_at BIGINT NOT NULL,
    UNIQUE (customer_id, kind, folded)
);
CREATE INDEX follows_by_name ON follows (shop_id, kind, folded);

-- New books for somebody: found, and told once. `name` is the author or the series, `folded` as above.
CREATE TABLE wish_news (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    kind TEXT NOT NULL CHECK (kind IN ('format', 'author', 'series')),
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    told_at BIGINT,
    PRIMARY KEY (customer_id, edition_id)
);
CREATE INDEX wish_news_of_edition ON wish_news (edition_id);

-- When it is to be looked whether there is something to tell somebody, and when that was done last.
CREATE TABLE wish_digests (
    customer_id TEXT PRIMARY KEY REFERENCES customers (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    due_at BIGINT,
    sent_at BIGINT
);
CREATE INDEX wish_digests_due ON wish_digests (shop_id, due_at) WHERE due_at IS NOT NULL;
