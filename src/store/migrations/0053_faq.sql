-- The shop's answers to frequent questions. Of two at the same position the older one comes first.
CREATE TABLE faq_articles (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    position BIGINT NOT NULL,
    published BIGINT NOT NULL CHECK (published IN (0, 1)),
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX faq_articles_of_shop ON faq_articles (shop_id, position, id);

CREATE TABLE faq_texts (
    article_id TEXT NOT NULL REFERENCES faq_articles (id),
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (article_id, language)
);

-- The words of articles that shoppers see, cut by the program (see `words.rs` of the store): all of its languages
-- together. `in_title` is 1 for those that stand in a title.
CREATE TABLE faq_words (
    shop_id TEXT NOT NULL,
    word TEXT NOT NULL,
    article_id TEXT NOT NULL REFERENCES faq_articles (id),
    in_title BIGINT NOT NULL,
    PRIMARY KEY (shop_id, word, article_id)
);
CREATE INDEX faq_words_of_article ON faq_words (article_id);

-- Which drafts an article has made needless. Nothing tells whose they were.
CREATE TABLE faq_answers (
    article_id TEXT NOT NULL REFERENCES faq_articles (id),
    draft TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (article_id, draft)
);
