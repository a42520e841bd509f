//! The shop's answers to frequent questions: written by the staff, read and searched by shoppers.

mod search;

use crate::audit::{Actor, difference, fields_of};
use crate::db::{Row, Sql, Value, insert_all};
use crate::ids::{NewId, now};
use crate::words::subjects_of;
use crate::{Db, StoreError};
use bookplate_wire::audit::{Action, Fields};
use bookplate_wire::faq::{
    ARTICLES_MAX, Article, ArticleChange, ArticleContent, ArticleLine, ArticleText, ArticleTitle,
};
use bookplate_wire::{ArticleId, Lang, ShopId};
use std::collections::BTreeMap;

/// Why an article was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArticleRefusal {
    /// The shop has no such article.
    NoArticle,
    /// It has another version by now.
    Changed,
    /// The shop has as many as it can have.
    TooMany,
}

/// What is asked of an article but for its texts.
const COLUMNS: &str = "SELECT a.id, a.position, a.published, a.version, a.changed_at, \
                       (SELECT COUNT(*) FROM faq_answers w WHERE w.article_id = a.id) AS answered \
                       FROM faq_articles a WHERE a.shop_id = $1";

impl Db {
    /// Whether a shop has articles that shoppers see.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn has_faq(&mut self, shop: &ShopId) -> Result<bool, StoreError> {
        let any =
            Sql::new("SELECT 1 FROM faq_articles WHERE shop_id = $1 AND published = 1 LIMIT 1");
        Ok(any.arg(shop).row(self)?.is_some())
    }

    /// All articles of a shop in their order, without their answers.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn articles(&mut self, shop: &ShopId) -> Result<Vec<ArticleLine>, StoreError> {
        let rows = Sql::new(
            "SELECT t.article_id, t.language, t.title FROM faq_articles a \
             JOIN faq_texts t ON t.article_id = a.id WHERE a.shop_id = $1",
        )
        .arg(shop)
        .rows(self)?;
        let mut titles: BTreeMap<ArticleId, Vec<ArticleTitle>> = BTreeMap::new();
        for row in &rows {
            let title = ArticleTitle {
                language: language_of(row)?,
                title: row.get("title")?,
            };
            titles
                .entry(row.get("article_id")?)
                .or_default()
                .push(title);
        }
        let mut sql = Sql::new(COLUMNS).arg(shop);
        sql.push(" ORDER BY a.position, a.id");
        let rows = sql.rows(self)?;
        rows.iter()
            .map(|row| {
                let id: ArticleId = row.get("id")?;
                let mut titles = titles.remove(&id).unwrap_or_default();
                titles.sort_by_key(|title| title.language);
                Ok(ArticleLine {
                    id,
                    position: row.get("position")?,
                    published: row.get("published")?,
                    changed_at: row.get("changed_at")?,
                    answered: row.get("answered")?,
                    titles,
                })
            })
            .collect()
    }

    /// An article of a shop, published or not.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn article(
        &mut self,
        shop: &ShopId,
        id: &ArticleId,
    ) -> Result<Option<Article>, StoreError> {
        let mut sql = Sql::new(COLUMNS).arg(shop);
        sql.push(" AND a.id = ").bind(id);
        let Some(row) = sql.row(self)? else {
            return Ok(None);
        };
        let texts = Sql::new("SELECT language, title, body FROM faq_texts WHERE article_id = $1")
            .arg(id)
            .rows(self)?;
        let mut texts: Vec<ArticleText> = texts
            .iter()
            .map(|row| {
                Ok(ArticleText {
                    language: language_of(row)?,
                    title: row.get("title")?,
                    body: row.get("body")?,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        texts.sort_by_key(|text| text.language);
        Ok(Some(Article {
            id: row.get("id")?,
            version: row.get("version")?,
            changed_at: row.get("changed_at")?,
            answered: row.get("answered")?,
            content: ArticleContent {
                texts,
                position: row.get("position")?,
                published: row.get("published")?,
            },
        }))
    }

    /// Writes a new article.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_article(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        content: &ArticleContent,
    ) -> Result<Result<Article, ArticleRefusal>, StoreError> {
        self.lock([lock_of(shop)])?;
        let count: Option<u32> = Sql::new("SELECT COUNT(*) FROM faq_articles WHERE shop_id = $1")
            .arg(shop)
            .value(self)?;
        if count.unwrap_or(0) >= ARTICLES_MAX {
            return Ok(Err(ArticleRefusal::TooMany));
        }
        let id = ArticleId::new_id();
        Sql::new(
            "INSERT INTO faq_articles (id, shop_id, position, published, version, changed_at) \
             VALUES ($1, $2, $3, $4, 1, $5)",
        )
        .arg(&id)
        .arg(shop)
        .arg(content.position)
        .arg(i64::from(content.published))
        .arg(now())
        .run(self)?;
        self.write_texts(shop, &id, content)?;
        let both = (&Fields::new(), &noted(content));
        self.audit(shop, by, Action::ArticleCreated, id.as_str(), both)?;
        let written = self.article(shop, &id)?;
        Ok(Ok(written.ok_or(StoreError::Corrupt("faq_articles.id"))?))
    }

    /// Changes an article, unless it has another version by now. What stays as it is changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn change_article(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &ArticleId,
        change: &ArticleChange,
    ) -> Result<Result<Article, ArticleRefusal>, StoreError> {
        self.lock([lock_of(shop)])?;
        let Some(before) = self.article(shop, id)? else {
            return Ok(Err(ArticleRefusal::NoArticle));
        };
        let content = &change.content;
        if before.content == *content {
            return Ok(Ok(before));
        }
        if before.version != change.version {
            return Ok(Err(ArticleRefusal::Changed));
        }
        Sql::new(
            "UPDATE faq_articles SET position = $1, published = $2, version = version + 1, changed_at = $3 \
             WHERE id = $4",
        )
        .arg(content.position)
        .arg(i64::from(content.published))
        .arg(now())
        .arg(id)
        .run(self)?;
        self.forget_texts(id)?;
        self.write_texts(shop, id, content)?;
        let both = difference((noted(&before.content), noted(content)));
        self.audit(
            shop,
            by,
            Action::ArticleChanged,
            id.as_str(),
            (&both.0, &both.1),
        )?;
        let written = self.article(shop, id)?;
        Ok(Ok(written.ok_or(StoreError::Corrupt("faq_articles.id"))?))
    }

    /// Deletes an article; false when the shop has none such.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn delete_article(
        &mut self,
        by: &Actor,
        shop: &ShopId,
        id: &ArticleId,
    ) -> Result<bool, StoreError> {
        self.lock([lock_of(shop)])?;
        let Some(article) = self.article(shop, id)? else {
            return Ok(false);
        };
        self.forget_texts(id)?;
        Sql::new("DELETE FROM faq_answers WHERE article_id = $1")
            .arg(id)
            .run(self)?;
        Sql::new("DELETE FROM faq_articles WHERE id = $1")
            .arg(id)
            .run(self)?;
        let both = (&noted(&article.content), &Fields::new());
        self.audit(shop, by, Action::ArticleDeleted, id.as_str(), both)?;
        Ok(true)
    }

    /// Counts that an article has made a draft needless, once for each draft; false where shoppers see no such article.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn count_answered(
        &mut self,
        shop: &ShopId,
        id: &ArticleId,
        draft: &str,
    ) -> Result<bool, StoreError> {
        // It is not to be deleted in between.
        self.lock([lock_of(shop)])?;
        let seen = self.article(shop, id)?;
        if seen.is_none_or(|article| !article.content.published) {
            return Ok(false);
        }
        Sql::new(
            "INSERT INTO faq_answers (article_id, draft, at) VALUES ($1, $2, $3) \
             ON CONFLICT (article_id, draft) DO NOTHING",
        )
        .arg(id)
        .arg(draft)
        .arg(now())
        .run(self)?;
        Ok(true)
    }

    fn forget_texts(&mut self, id: &ArticleId) -> Result<(), StoreError> {
        for text in [
            "DELETE FROM faq_texts WHERE article_id = $1",
            "DELETE FROM faq_words WHERE article_id = $1",
        ] {
            Sql::new(text).arg(id).run(self)?;
        }
        Ok(())
    }

    /// Writes what an article says, and the words by which it is found if shoppers see it.
    fn write_texts(
        &mut self,
        shop: &ShopId,
        id: &ArticleId,
        content: &ArticleContent,
    ) -> Result<(), StoreError> {
        let mut words: BTreeMap<String, bool> = BTreeMap::new();
        let mut texts: Vec<Vec<Value>> = Vec::new();
        for text in &content.texts {
            texts.push(vec![
                id.into(),
                text.language.tag().into(),
                (&*text.title).into(),
                (&*text.body).into(),
            ]);
            for (part, in_title) in [(&text.title, true), (&text.body, false)] {
                for word in subjects_of(part) {
                    *words.entry(word).or_default() |= in_title;
                }
            }
        }
        let into = "INSERT INTO faq_texts (article_id, language, title, body) VALUES ";
        insert_all(self, into, texts)?;
        if !content.published {
            return Ok(());
        }
        let words = words.into_iter().map(|(word, in_title)| {
            vec![
                shop.into(),
                word.into(),
                id.into(),
                i64::from(in_title).into(),
            ]
        });
        let into = "INSERT INTO faq_words (shop_id, word, article_id, in_title) VALUES ";
        insert_all(self, into, words.collect())
    }
}

fn lock_of(shop: &ShopId) -> String {
    format!("faq {shop}")
}

fn language_of(row: &Row) -> Result<Lang, StoreError> {
    let tag: String = row.get("language")?;
    Lang::from_tag(&tag).ok_or(StoreError::Corrupt("faq_texts.language"))
}

/// What the audit log keeps of an article: not what it says.
fn noted(content: &ArticleContent) -> Fields {
    let status = if content.published {
        "published"
    } else {
        "draft"
    };
    let languages = content.texts.iter().map(|text| text.language.tag());
    fields_of([
        ("position", content.position.to_string()),
        ("status", status.to_owned()),
        ("languages", languages.collect::<Vec<_>>().join(", ")),
    ])
}
