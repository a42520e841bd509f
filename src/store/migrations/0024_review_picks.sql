-- What the shop's own people recommend. It belongs to the work of its edition, wherever that goes. `reference` is what the
-- shop's programs call it; `branch` is a branch's code, which stays when the branch goes.
CREATE TABLE review_picks (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    reference TEXT NOT NULL,
    edition_id TEXT NOT NULL REFERENCES editions (id),
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'withdrawn')),
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    branch TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    language TEXT NOT NULL,
    picked_on TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    UNIQUE (shop_id, reference)
);
CREATE INDEX review_picks_of_shop ON review_picks (shop_id, id DESC);
CREATE INDEX review_picks_of_edition ON review_picks (edition_id);

-- Title, subtitle and authors as they are searched. The program folds more than LOWER does; what differs is written when
-- the catalogue is read the next time.
ALTER TABLE editions ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
UPDATE editions SET search_text = LOWER(title || ' ' || subtitle || ' ' || authors);
