-- When what is wished for was bought by who wishes for it, as orders tell; absent while it is not. Orders placed from
-- `wanted_since` on count. Many shops write down a day and no time, so that is a day before the wish was made; whoever wishes for
-- a book anew means another copy, and what was bought until then is the old one.
ALTER TABLE wishes ADD COLUMN bought_at BIGINT;
ALTER TABLE wishes ADD COLUMN wanted_since BIGINT NOT NULL DEFAULT 0;
UPDATE wishes SET wanted_since = added_at - 86400000;
