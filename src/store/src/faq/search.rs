//! Which articles fit what somebody is about to ask.
//!
//! What is asked is a whole message, not a few chosen words: most of them stand in no article. So an article need not have
//! all words, and counts by those that it has: a word counts the more the fewer articles have it (the inverse document
//! frequency of BM25: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, equation 3.3, with one added
//! within the logarithm so that it never is negative), and three times in a title.

use crate::db::Sql;
use crate::words::subjects_of;
use crate::{Db, StoreError};
use bookplate_wire::faq::FOUND_MAX;
use bookplate_wire::{ArticleId, ShopId};
use std::collections::BTreeMap;

/// How many words are looked up at most: those at the beginning of a message tell what it is about.
const WORDS_MAX: usize = 60;
/// How often a word counts that stands in the title.
const TITLE: f64 = 3.0;
/// What part of the best one's count another one needs.
const NEAR: f64 = 0.4;

/// What speaks for an article.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    count: f64,
    words: usize,
    in_title: bool,
}

impl Found {
    /// Whether that is more than chance: one word of a text is not.
    fn tells(&self) -> bool {
        self.in_title || self.words > 1
    }
}

impl Db {
    /// The articles that fit a text best, the best first; none where nothing does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn find_articles(
        &mut self,
        shop: &ShopId,
        text: &str,
    ) -> Result<Vec<ArticleId>, StoreError> {
        let words = subjects_of(text);
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let total: Option<u32> =
            Sql::new("SELECT COUNT(*) FROM faq_articles WHERE shop_id = $1 AND published = 1")
                .arg(shop)
                .value(self)?;
        let mut sql = Sql::new("SELECT word, article_id, in_title FROM faq_words WHERE shop_id = ");
        sql.bind(shop).push(" AND word IN (");
        sql.bind_all(words.iter().take(WORDS_MAX).map(String::as_str))
            .push(")");
        let rows = sql.rows(self)?;
        let mut having: BTreeMap<String, Vec<(ArticleId, bool)>> = BTreeMap::new();
        for row in &rows {
            let article = (row.get("article_id")?, row.get("in_title")?);
            having.entry(row.get("word")?).or_default().push(article);
        }
        Ok(best(f64::from(total.unwrap_or(0)), having))
    }
}

/// The articles that fit best, of `total`, by which have which word.
fn best(total: f64, having: BTreeMap<String, Vec<(ArticleId, bool)>>) -> Vec<ArticleId> {
    let mut found: BTreeMap<ArticleId, Found> = BTreeMap::new();
    for articles in having.into_values() {
        let with = articles.len() as f64;
        let rarity = ((total - with + 0.5) / (with + 0.5) + 1.0).ln();
        for (article, in_title) in articles {
            let found = found.entry(article).or_default();
            found.count += rarity * if in_title { TITLE } else { 1.0 };
            found.words += 1;
            found.in_title |= in_title;
        }
    }
    let mut found: Vec<_> = found
        .into_iter()
        .filter(|(_, found)| found.tells())
        .collect();
    // The order of ids where two fit as well: it does not change from search to search.
    found.sort_by(|(_, one), (_, other)| other.count.total_cmp(&one.count));
    let enough = found.first().map_or(0.0, |(_, best)| best.count * NEAR);
    let near = found.into_iter().take_while(|(_, one)| one.count >= enough);
    near.take(FOUND_MAX).map(|(article, _)| article).collect()
}
