//! The shop's answers to frequent questions: articles that shoppers read, and that are offered to whoever writes to the shop.

use crate::feedback::writing::check_draft;
use crate::problem::Faults;
use crate::text::{multiline, single_line};
use crate::{ArticleId, Code, Lang, Problem};
use serde::{Deserialize, Serialize};

/// The longest question, in characters.
pub const TITLE_MAX: usize = 200;
/// The longest answer, in characters of its Markdown.
pub const BODY_MAX: usize = 10_000;
/// The last place of an article.
pub const POSITION_MAX: u32 = 999;
/// How many articles a shop can have.
pub const ARTICLES_MAX: u32 = 500;
/// How much of what is searched for counts, in characters; what is longer is cut there.
pub const SEARCH_MAX: usize = 2_000;
/// How many articles are found at most.
pub const FOUND_MAX: usize = 3;
/// How much of an answer tells what it is about, in characters.
pub const OPENING_MAX: usize = 160;

/// The path of the page with all articles of the shop with this public key.
pub fn faq_path(key: &str) -> String {
    ["/shops/", key, "/faq"].concat()
}

/// The path of the page with one of them.
pub fn article_path(key: &str, article: &ArticleId) -> String {
    [&*faq_path(key), "/", article.as_str()].concat()
}

/// An article in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ArticleText {
    /// The language.
    pub language: Lang,
    /// The question, 1 to 200 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: String,
    /// The answer in Markdown (CommonMark), 1 to 10,000 characters. HTML in it is shown as text, and pictures are left out.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 10_000))]
    pub body: String,
}

/// What the staff writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ArticleContent {
    /// The article in one to four languages, each once. Who reads another language is shown the other Chinese if that is
    /// theirs, else the shop's, else the first.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 4))]
    pub texts: Vec<ArticleText>,
    /// Its place in the list, 1 to 999. Of two at the same place the older one comes first.
    #[serde(default = "first")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 999, default = 1))]
    pub position: u32,
    /// Whether shoppers see it.
    #[serde(default)]
    pub published: bool,
}

const fn first() -> u32 {
    1
}

impl ArticleContent {
    /// The same in the form in which it is kept: cleaned, and in the order of the languages.
    ///
    /// # Errors
    /// Names all fields that break a rule, in the order of the form.
    pub fn checked(mut self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let mut keep = |right: bool, field: &str, rule: &str| {
            if !right {
                faults.keep::<()>(Err(Problem::new(Code::FieldInvalid, rule).at(field)));
            }
        };
        self.texts.sort_by_key(|text| text.language);
        let twice = self
            .texts
            .windows(2)
            .any(|two| two[0].language == two[1].language);
        keep(
            !self.texts.is_empty() && !twice,
            "texts",
            "an article has one to four languages, each once",
        );
        for text in &mut self.texts {
            text.title = single_line(&text.title);
            text.body = multiline(&text.body);
            let fits = |text: &str, max| (1..=max).contains(&text.chars().count());
            keep(
                fits(&text.title, TITLE_MAX),
                &text_field(text.language, "title"),
                "a question has 1 to 200 characters",
            );
            keep(
                fits(&text.body, BODY_MAX),
                &text_field(text.language, "body"),
                "an answer has 1 to 10,000 characters",
            );
        }
        keep(
            (1..=POSITION_MAX).contains(&self.position),
            "position",
            "a place is a whole number from 1 to 999",
        );
        faults.none()?;
        Ok(self)
    }
}

/// What a field of one language is called where it breaks a rule, as `texts.ja.title`.
pub fn text_field(language: Lang, field: &str) -> String {
    ["texts.", language.tag(), ".", field].concat()
}

/// What the staff changes an article to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ArticleChange {
    /// The version that was looked at. Where the article has another one, nothing is changed.
    pub version: u32,
    /// What it says from then on.
    pub content: ArticleContent,
}

/// An article as the staff sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Article {
    /// What names it.
    pub id: ArticleId,
    /// Grows with each change.
    pub version: u32,
    /// When it was changed last, in milliseconds since 1970 UTC.
    pub changed_at: i64,
    /// How many who were about to write to the shop have said that this answered it.
    pub answered: u32,
    /// What it says.
    pub content: ArticleContent,
}

/// An article without its answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArticleLine {
    /// What names it.
    pub id: ArticleId,
    /// Its place in the list.
    pub position: u32,
    /// Whether shoppers see it.
    pub published: bool,
    /// When it was changed last, in milliseconds since 1970 UTC.
    pub changed_at: i64,
    /// How many who were about to write to the shop have said that this answered it.
    pub answered: u32,
    /// The question in each of its languages.
    pub titles: Vec<ArticleTitle>,
}

/// An article's question in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArticleTitle {
    /// The language.
    pub language: Lang,
    /// The question.
    pub title: String,
}

/// All articles of a shop, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArticleList {
    /// The articles.
    pub articles: Vec<ArticleLine>,
}

/// Which of an article's languages a reader of `reader` is shown: that one, else the other Chinese for a reader of Chinese,
/// else the shop's, else the first.
pub fn best_language(has: &[Lang], reader: Lang, shop: Lang) -> Option<Lang> {
    let kin = match reader {
        Lang::ZhCn => Some(Lang::ZhTw),
        Lang::ZhTw => Some(Lang::ZhCn),
        Lang::En | Lang::Ja => None,
    };
    let wanted = [Some(reader), kin, Some(shop)].into_iter().flatten();
    let mut fitting = wanted.filter(|lang| has.contains(lang));
    fitting.next().or_else(|| has.first().copied())
}

/// An article as its title tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaqEntry {
    /// What names it.
    pub id: ArticleId,
    /// The language of what follows.
    pub language: Lang,
    /// The question.
    pub title: String,
}

/// What a shopper sees of the shop's articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaqList {
    /// The articles, in the shop's order.
    pub articles: Vec<FaqEntry>,
}

/// An article that is offered to whoever is about to write to the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaqOffer {
    /// What names it.
    pub id: ArticleId,
    /// The language of what follows.
    pub language: Lang,
    /// The question.
    pub title: String,
    /// How the answer begins, as plain text of at most 160 characters.
    pub opening: String,
    /// The answer in HTML: nothing but paragraphs, headings, lists, quotes, code, emphasis and links.
    pub html: String,
}

/// The articles that fit what somebody is about to write.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaqOffers {
    /// The articles, what fits best first.
    pub articles: Vec<FaqOffer>,
}

/// What somebody is about to write to the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FaqSearch {
    /// The words so far. What is behind the first 2,000 characters does not count.
    pub text: String,
    /// BCP 47 tag of the reader's language; what the shop does not offer becomes its default language.
    #[serde(default)]
    pub lang: String,
}

/// An article as a shopper reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaqArticle {
    /// What it is called.
    #[serde(flatten)]
    pub entry: FaqEntry,
    /// The answer in HTML: nothing but paragraphs, headings, lists, quotes, code, emphasis and links.
    pub html: String,
}

/// That an article has answered what somebody was about to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnsweredByFaq {
    /// What names the draft that need not be sent: 32 random lower-case hexadecimal digits. The same one is counted once.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 32, max_length = 32, pattern = "^[0-9a-f]{32}$")
    )]
    pub draft: String,
}

impl AnsweredByFaq {
    /// The same, if it is in order.
    ///
    /// # Errors
    /// When the draft is named otherwise.
    pub fn checked(self) -> Result<Self, Problem> {
        check_draft(&self.draft)?;
        Ok(self)
    }
}
