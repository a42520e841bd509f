-- The words of customers' names, cut by the program (see `words.rs` of the store).
CREATE TABLE customer_words (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    word TEXT NOT NULL,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    PRIMARY KEY (shop_id, word, customer_id)
) WITHOUT ROWID;
CREATE INDEX customer_words_of_customer ON customer_words (customer_id, word);
