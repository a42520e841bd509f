-- Texts that the staff uses again and again. `content` is JSON (`CannedContent`); the title is in it, and beside it for the order.
CREATE TABLE canned_answers (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX canned_answers_of_shop ON canned_answers (shop_id, title, id);
