-- What visitors give of a list. A gift is of a book in a list, whatever becomes of the wish: taken out it is gone, and back it
-- is given again. `customer_id` is who gives, with an account; else `code` is the hash of what the giver was shown, and
-- `network` names for a day from where it came. The list's owner sees it once `until_on` has been (a day in the shop's time
-- zone), or once the owner has asked (`shown_at`). `gone_at` is when the wish was moved away; `told` is 1 once the giver knows.
CREATE TABLE wishlist_gifts (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    list_id TEXT NOT NULL REFERENCES wishlists (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    customer_id TEXT REFERENCES customers (id),
    code TEXT NOT NULL,
    network TEXT NOT NULL,
    name TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    bought BIGINT NOT NULL,
    given_at BIGINT NOT NULL,
    until_on TEXT NOT NULL,
    shown_at BIGINT,
    gone_at BIGINT,
    told BIGINT NOT NULL
);
CREATE INDEX wishlist_gifts_of_list ON wishlist_gifts (list_id, edition_id);
CREATE INDEX wishlist_gifts_of_customer ON wishlist_gifts (customer_id, given_at) WHERE customer_id IS NOT NULL;
CREATE UNIQUE INDEX wishlist_gifts_by_code ON wishlist_gifts (code) WHERE code <> '';
CREATE INDEX wishlist_gifts_by_network ON wishlist_gifts (network, given_at) WHERE network <> '';
CREATE INDEX wishlist_gifts_gone ON wishlist_gifts (gone_at) WHERE gone_at IS NOT NULL AND told = 0;
