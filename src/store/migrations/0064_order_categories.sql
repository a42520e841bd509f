-- What a line of an order is, as the shop has said with it: one category a line, empty where the catalogue's count.
ALTER TABLE order_lines ADD COLUMN categories TEXT NOT NULL DEFAULT '';
