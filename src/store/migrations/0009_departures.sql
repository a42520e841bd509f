-- What is remembered of customers who have deleted their accounts, so that what they wished stays so.

-- Reviews that stay without a name: importing the file that they came from again does not bring it back.
ALTER TABLE reviews ADD COLUMN let_go BIGINT NOT NULL DEFAULT 0;

-- Reviews that went with their writer: importing the file again does not bring them back.
CREATE TABLE removed_reviews (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    source_id TEXT NOT NULL,
    PRIMARY KEY (shop_id, source_id)
);

-- By the shop's own id, for as long as an identity token from before the deletion could be shown again: minutes.
CREATE TABLE departures (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    external_id TEXT NOT NULL,
    left_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, external_id)
);
