-- Points for reviews: the book that an entry is about where it is about no line of an order.
ALTER TABLE point_lots ADD COLUMN edition_id TEXT REFERENCES editions (id);
ALTER TABLE point_transactions ADD COLUMN edition_id TEXT REFERENCES editions (id);
