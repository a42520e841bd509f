-- Customers whose names are not in the index of words yet, because they were there before it.
CREATE TABLE customers_without_words (
    customer_id TEXT PRIMARY KEY
);
INSERT INTO customers_without_words (customer_id) SELECT id FROM customers WHERE name <> '';
