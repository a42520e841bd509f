-- What a list is for, and who wants to be reminded of it. `occasion_on` is the day in the shop's time zone, `YYYY-MM-DD`, of a
-- birthday the next one; all three are empty for none. `occasion_day` is the day as the owner gave it: a birthday of the
-- 29th of February is one again when there is one.
ALTER TABLE wishlists ADD COLUMN occasion TEXT NOT NULL DEFAULT ''
    CHECK (occasion IN ('', 'birthday', 'wedding', 'christmas', 'mothers_day', 'other'));
ALTER TABLE wishlists ADD COLUMN occasion_words TEXT NOT NULL DEFAULT '';
ALTER TABLE wishlists ADD COLUMN occasion_day TEXT NOT NULL DEFAULT '';
ALTER TABLE wishlists ADD COLUMN occasion_on TEXT NOT NULL DEFAULT '';
CREATE INDEX wishlists_occasions ON wishlists (shop_id, occasion_on) WHERE occasion_on <> '';

-- `reminded` is 1 once the follower was told of the coming day.
CREATE TABLE wishlist_followers (
    list_id TEXT NOT NULL REFERENCES wishlists (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    followed_at BIGINT NOT NULL,
    reminded BIGINT NOT NULL,
    PRIMARY KEY (list_id, customer_id)
);
CREATE INDEX wishlist_followers_of_customer ON wishlist_followers (customer_id);
