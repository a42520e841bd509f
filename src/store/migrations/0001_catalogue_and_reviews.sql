-- Portable between SQLite and PostgreSQL: TEXT, BIGINT and DOUBLE PRECISION only.
-- Identifiers are the text that stands on the wire; instants are milliseconds since 1970 UTC.

CREATE TABLE shops (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE shop_keys (
    public_key TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX shop_keys_of_shop ON shop_keys (shop_id);

-- The origins whose pages may use the shop's public keys.
CREATE TABLE shop_origins (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    origin TEXT NOT NULL,
    PRIMARY KEY (shop_id, origin)
);

-- `source_key` is what the shop's own files call the work; an edition that came without such a key
-- has a work of its own, with the key `isbn:…`.
CREATE TABLE works (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    source_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (shop_id, source_key)
);

-- `authors` has one name a line.
CREATE TABLE editions (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    work_id TEXT NOT NULL REFERENCES works (id),
    isbn TEXT NOT NULL,
    title TEXT NOT NULL,
    subtitle TEXT NOT NULL,
    authors TEXT NOT NULL,
    publisher TEXT NOT NULL,
    published_on TEXT NOT NULL,
    format TEXT NOT NULL,
    language TEXT NOT NULL,
    cover_url TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (shop_id, isbn)
);
CREATE INDEX editions_of_work ON editions (work_id);

-- `rating` is in tenths of a star. `stars` (1 to 5) is the bar of the histogram that it counts in.
-- `low_rating` is minus `rating`: "lowest first" then is one descending index like every other order.
-- `helpful_score` is the Wilson lower bound in billionths, an integer so that cursors are exact.
-- `search_text` is title and body, folded; `language_primary` is what one filters by.
CREATE TABLE reviews (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    work_id TEXT NOT NULL REFERENCES works (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    source_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('published')),
    rating BIGINT NOT NULL CHECK (rating BETWEEN 5 AND 50 AND rating % 5 = 0),
    low_rating BIGINT NOT NULL,
    stars BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    search_text TEXT NOT NULL,
    language TEXT NOT NULL,
    language_primary TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    verified BIGINT NOT NULL,
    photos BIGINT NOT NULL,
    helpful BIGINT NOT NULL CHECK (helpful BETWEEN 0 AND votes),
    votes BIGINT NOT NULL,
    helpful_score BIGINT NOT NULL,
    UNIQUE (shop_id, source_id)
);
CREATE INDEX reviews_of_edition ON reviews (edition_id);

-- One index an order, and two more for the bars of the histogram, so that a page of a book with a
-- million reviews costs what it costs with a thousand.
CREATE INDEX reviews_helpful ON reviews (work_id, helpful_score DESC, created_at DESC, id DESC)
    WHERE status = 'published';
CREATE INDEX reviews_newest ON reviews (work_id, created_at DESC, id DESC)
    WHERE status = 'published';
CREATE INDEX reviews_highest ON reviews (work_id, rating DESC, created_at DESC, id DESC)
    WHERE status = 'published';
CREATE INDEX reviews_lowest ON reviews (work_id, low_rating DESC, created_at DESC, id DESC)
    WHERE status = 'published';
CREATE INDEX reviews_stars_helpful ON reviews (work_id, stars, helpful_score DESC, created_at DESC, id DESC)
    WHERE status = 'published';
CREATE INDEX reviews_stars_newest ON reviews (work_id, stars, created_at DESC, id DESC)
    WHERE status = 'published';

-- The figures of a work's published reviews, kept in the transaction that changes a review.
-- `version` rises with every change that a reader of the work can see: caches compare it.
CREATE TABLE work_ratings (
    work_id TEXT PRIMARY KEY REFERENCES works (id),
    version BIGINT NOT NULL,
    rating_sum BIGINT NOT NULL,
    stars_1 BIGINT NOT NULL,
    stars_2 BIGINT NOT NULL,
    stars_3 BIGINT NOT NULL,
    stars_4 BIGINT NOT NULL,
    stars_5 BIGINT NOT NULL,
    verified BIGINT NOT NULL,
    photos BIGINT NOT NULL
);

CREATE TABLE work_languages (
    work_id TEXT NOT NULL REFERENCES works (id),
    language TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (work_id, language)
);
