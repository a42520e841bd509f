-- Birthday gifts, and how often a birthday can be changed.

-- The day from which the customer can change the birthday again, `YYYY-MM-DD` in the shop's time zone; empty as long as it was
-- never changed.
ALTER TABLE customers ADD COLUMN birthday_free_on TEXT NOT NULL DEFAULT '';
CREATE INDEX customers_of_birthday ON customers (shop_id, substr(birthday, 6)) WHERE birthday <> '';

-- Up to which day all birthdays of a shop have had their gift.
CREATE TABLE point_birthdays (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    done_on TEXT NOT NULL
);
