//! What pages hold of the shop's answers to frequent questions.

use bookplate_wire::faq::{ArticleLine, FaqArticle, FaqEntry};
use bookplate_wire::{ArticleId, Lang};
use serde::{Deserialize, Serialize};

/// All articles that shoppers see, or those that fit what was searched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaqPage {
    /// What was searched for; empty for nothing.
    pub words: String,
    /// The articles.
    pub articles: Vec<FaqEntry>,
}

/// One article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaqArticlePage {
    /// What it says.
    pub article: FaqArticle,
    /// What names the question that the reader may have had.
    pub draft: String,
}

/// The staff's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticlesPage {
    /// The articles, each with the time when it was changed: `YYYY-MM-DD hh:mm` in the shop's time zone.
    pub articles: Vec<(String, ArticleLine)>,
    /// Whether the reader may change them.
    pub may_change: bool,
}

/// Where an article is written, one language at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleForm {
    /// What names it, where it is there already.
    pub id: Option<ArticleId>,
    /// The version that was looked at.
    pub version: u32,
    /// The language that is written.
    pub language: Lang,
    /// The languages that the article has.
    pub has: Vec<Lang>,
    /// The question, as it is or as it was typed.
    pub title: String,
    /// The answer, as it is or as it was typed.
    pub body: String,
    /// How that looks; empty where there is nothing to look at.
    pub html: String,
    /// The place in the list, as it was typed.
    pub position: String,
    /// Whether shoppers see it.
    pub published: bool,
    /// How many who were about to write to the shop have said that it answered them.
    pub answered: u32,
    /// Whether the reader may change it.
    pub may_change: bool,
    /// The fields that are wrong, or the code of what is.
    pub faults: Vec<String>,
}
