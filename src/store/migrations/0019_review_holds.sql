-- Reviews that wait for somebody to look at them, and why; what readers received for them, and what they say of a book
-- besides.

-- The reasons for which a version waits, with what was found: links, numbers or words, a count, or a day, one a line.
CREATE TABLE review_holds (
    review_id TEXT NOT NULL REFERENCES reviews (id),
    version BIGINT NOT NULL,
    reason TEXT NOT NULL,
    found TEXT NOT NULL,
    PRIMARY KEY (review_id, version, reason)
);

-- From which places of the network reviews came: a keyed hash of a place, by which nobody is found, forgotten after
-- a month.
CREATE TABLE review_networks (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    network TEXT NOT NULL,
    written_at BIGINT NOT NULL
);
CREATE INDEX review_networks_of_shop ON review_networks (shop_id, network, written_at);
CREATE INDEX review_networks_old ON review_networks (written_at);

-- How many reviews a work gets in a day, those that nobody has looked at included.
CREATE INDEX reviews_of_work ON reviews (work_id, created_at);

-- Whether reviews from before a book's publication are taken like any other, and the words with which a review waits:
-- JSON, the lists by language; one that is missing is the usual one.
ALTER TABLE shops ADD COLUMN advance_copies BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shops ADD COLUMN hold_words TEXT NOT NULL DEFAULT '{}';

-- Whether the author has received the book free or for a reward. The database lets nobody take that back.
ALTER TABLE reviews ADD COLUMN incentivised BIGINT NOT NULL DEFAULT 0;

-- Content warnings, moods and pace that an author has chosen, as JSON; empty for none. And what readers of a shop can
-- choose; empty for what is usual.
ALTER TABLE reviews ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE review_versions ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE shops ADD COLUMN notes TEXT NOT NULL DEFAULT '';
