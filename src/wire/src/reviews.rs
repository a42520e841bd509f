//! Ratings and reviews of a work: the request and the reply behind `<bookplate-reviews>`.

pub mod decisions;
pub mod holds;
pub mod moderation;
pub mod notes;
pub mod photos;
pub mod picks;
pub mod spoilers;
pub mod votes;
pub mod writing;

use crate::accounts::member_path;
use crate::catalogue::{Edition, Format};
use crate::points::besides::ReviewPromise;
use crate::problem::{Code, Problem};
use crate::{Isbn, Lang, ReviewId, query};
use notes::{Notes, Vocabulary};
use photos::ShownPhoto;
use serde::{Deserialize, Serialize};

/// How many reviews a page holds when the request does not say.
pub const PAGE: u32 = 10;
/// How many reviews a page holds at most.
pub const PAGE_MAX: u32 = 100;
/// The longest text search, in characters.
pub const SEARCH_MAX: usize = 100;

/// The order of a list of reviews. Each ends with the id, so that the order is total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Wilson lower bound of the share of helpful votes, then newest.
    #[default]
    Helpful,
    /// Newest first.
    Newest,
    /// Most stars first, then newest.
    Highest,
    /// Fewest stars first, then newest.
    Lowest,
}

impl Sort {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Helpful, Self::Newest, Self::Highest, Self::Lowest];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Helpful => "helpful",
            Self::Newest => "newest",
            Self::Highest => "highest",
            Self::Lowest => "lowest",
        }
    }

    /// The order that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == word)
    }
}

/// Which reviews of a work, in which order, and how many. [`Default`] is what a page shows first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default)]
pub struct ReviewsQuery {
    /// The order.
    #[cfg_attr(feature = "openapi", param(inline))]
    pub sort: Sort,
    /// Only reviews shown in this bar of the histogram, 1 to 5.
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 5))]
    pub stars: Option<u8>,
    /// Only reviews written in this language: the primary subtag of BCP 47, lower case (`zh`, `en`).
    pub language: Option<String>,
    /// Only verified purchases.
    pub verified: bool,
    /// Only reviews with photos.
    pub photos: bool,
    /// Only reviews whose title or text contains this, in any case; at most 100 characters.
    #[serde(rename = "q")]
    pub search: String,
    /// Where the previous page ended: its `next`.
    pub after: Option<String>,
    /// How many at most, 1 to 100; usually 10.
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 100))]
    pub limit: Option<u32>,
}

impl ReviewsQuery {
    /// Reads one parameter of a query string into the query.
    ///
    /// # Errors
    /// Names the parameter when its name is unknown (the same is true of its value).
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), Problem> {
        let refuse = |title: &str| Err(Problem::new(Code::BadRequest, title).at(key));
        match key {
            "sort" => match Sort::from_word(value) {
                Some(sort) => self.sort = sort,
                None => return refuse("sort is one of helpful, newest, highest, lowest"),
            },
            "stars" => match value {
                "" => self.stars = None,
                _ => match value.parse() {
                    Ok(stars @ 1..=5) => self.stars = Some(stars),
                    _ => return refuse("stars is a whole number from 1 to 5"),
                },
            },
            "language" => match value {
                "" => self.language = None,
                _ if (2..=3).contains(&value.len())
                    && value.bytes().all(|b| b.is_ascii_lowercase()) =>
                {
                    self.language = Some(value.to_owned());
                }
                _ => return refuse("language is a primary language subtag such as zh or en"),
            },
            "verified" | "photos" => {
                let on = match value {
                    "true" => true,
                    "" | "false" => false,
                    _ => return refuse("this is true or false"),
                };
                if key == "verified" {
                    self.verified = on;
                } else {
                    self.photos = on;
                }
            }
            "q" => {
                let value = value.trim();
                if value.chars().count() > SEARCH_MAX {
                    return refuse("a search has at most 100 characters");
                }
                // No text has any, and PostgreSQL cannot even be asked for one of them.
                if value.bytes().any(|byte| byte.is_ascii_control()) {
                    return refuse("a search has no control characters");
                }
                self.search = value.to_owned();
            }
            "after" => self.after = (!value.is_empty()).then(|| value.to_owned()),
            "limit" => match value.parse() {
                Ok(limit @ 1..=PAGE_MAX) => self.limit = Some(limit),
                _ => return refuse("limit is a whole number from 1 to 100"),
            },
            _ => return refuse("there is no such parameter"),
        }
        Ok(())
    }

    /// The query string, without what is as it would be anyway; [`ReviewsQuery::set`] reads it back.
    pub fn to_query(&self) -> String {
        let mut out = String::new();
        if self.sort != Sort::default() {
            query::push(&mut out, "sort", self.sort.as_str());
        }
        if let Some(stars) = self.stars {
            // One digit: no number formatting in wasm.
            query::push(
                &mut out,
                "stars",
                ["1", "2", "3", "4", "5"][usize::from(stars.clamp(1, 5) - 1)],
            );
        }
        if let Some(language) = &self.language {
            query::push(&mut out, "language", language);
        }
        if self.verified {
            query::push(&mut out, "verified", "true");
        }
        if self.photos {
            query::push(&mut out, "photos", "true");
        }
        if !self.search.is_empty() {
            query::push(&mut out, "q", &self.search);
        }
        if let Some(after) = &self.after {
            query::push(&mut out, "after", after);
        }
        if let Some(limit) = self.limit {
            query::push(&mut out, "limit", &limit.to_string());
        }
        out
    }

    /// Whether what is asked for has to be looked for: by something that no index is sorted by.
    pub fn is_search(&self) -> bool {
        self.language.is_some() || self.verified || self.photos || !self.search.is_empty()
    }

    /// Whether anything narrows the list.
    pub fn is_filtered(&self) -> bool {
        self.stars.is_some()
            || self.language.is_some()
            || self.verified
            || self.photos
            || !self.search.is_empty()
    }
}

/// How many reviews of a work are written in a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LanguageCount {
    /// Primary subtag of BCP 47 (`zh`, `en`).
    pub language: String,
    /// How many.
    pub count: u32,
}

/// The ratings of a work in figures, over all its editions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Summary {
    /// The mean in tenths of a star, rounded half up; 0 where there is no rating.
    pub average: u8,
    /// How many ratings.
    pub count: u32,
    /// How many of them at 1, 2, 3, 4 and 5 stars; half stars count upwards.
    pub stars: [u32; 5],
    /// How many are verified purchases.
    #[serde(default)]
    pub verified: u32,
    /// How many have photos.
    #[serde(default)]
    pub photos: u32,
    /// The languages in which they are written, most frequent first.
    #[serde(default)]
    pub languages: Vec<LanguageCount>,
}

/// Which edition a review is about, in few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewedEdition {
    /// What names it.
    pub isbn: Isbn,
    /// How it is made.
    pub format: Format,
    /// BCP 47 tag of the book's language, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// The year it came out, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub year: String,
}

/// A published review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Review {
    /// What names it.
    pub id: ReviewId,
    /// Tenths of a star, 5 to 50 in steps of 5.
    pub rating: u8,
    /// The title; may be empty.
    pub title: String,
    /// The text, paragraphs separated by line breaks; may be empty. What gives the story away stands between `||` and
    /// `||`.
    pub body: String,
    /// BCP 47 tag of the language it is written in, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// The name under which it is shown.
    pub author: String,
    /// When it was written, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// The day of `created_at` in the shop's time zone, `YYYY-MM-DD`.
    pub created_on: String,
    /// When its author has changed it, if ever, in milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<i64>,
    /// The edition it is about, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<ReviewedEdition>,
    /// Whether an order of the author's contains the book.
    #[serde(default)]
    pub verified: bool,
    /// Its photos, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<ShownPhoto>,
    /// Whether its author received the book free or for a reward. Nobody takes that back.
    #[serde(default)]
    pub incentivised: bool,
    /// How many found it helpful.
    #[serde(default)]
    pub helpful: u32,
    /// How many said whether it is helpful or not.
    #[serde(default)]
    pub votes: u32,
    /// What its author says of the book besides.
    #[serde(default, skip_serializing_if = "Notes::is_empty")]
    pub notes: Notes,
    /// The shop's answer, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
}

/// A page of reviews.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewPage {
    /// The reviews, in the order that was asked for.
    pub reviews: Vec<Review>,
    /// Give this as `after` to get the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// All that `<bookplate-reviews>` shows at first; it comes inside the fragment, for hydration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewsData {
    /// Language of the interface.
    pub lang: Lang,
    /// The server's own address without a slash at the end, such as `https://reviews.example`.
    pub api: String,
    /// The shop's public key.
    pub key: String,
    /// The book that the page asked for.
    pub isbn: Isbn,
    /// The edition with that ISBN; absent when the shop's catalogue has no such book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<Edition>,
    /// The ratings in figures.
    pub summary: Summary,
    /// Whether readers can give half stars.
    #[serde(default)]
    pub half_stars: bool,
    /// What readers can say of the book besides.
    #[serde(default)]
    pub vocabulary: Vocabulary,
    /// What a review earns, where it earns anything. Only the server, which writes the form, needs to know.
    #[serde(skip)]
    pub promise: Option<ReviewPromise>,
    /// What `page` is the answer to.
    pub query: ReviewsQuery,
    /// The first page.
    pub page: ReviewPage,
}

/// All that `<bookplate-rating>` shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingData {
    /// Language of the interface.
    pub lang: Lang,
    /// Mean in tenths of a star, 0 where there is no rating.
    pub average: u8,
    /// How many ratings.
    pub count: u32,
}

/// Path of the hosted page on which one writes a review of a book: below the server's address, without a query.
pub fn write_path(key: &str, isbn: Isbn) -> String {
    let mut path = member_path(key, "reviews/");
    path.push_str(isbn.as_str());
    path
}

/// Path of the hosted page on which one votes for somebody else's review or reports it: below the server's address, without
/// a query.
pub fn vote_path(key: &str, review: &ReviewId) -> String {
    let mut path = member_path(key, "votes/");
    path.push_str(review.as_str());
    path
}

/// Path of the hosted page with a book's reviews, which every link of the widget leads to where no
/// script runs: below the server's address, without a query.
pub fn page_path(key: &str, isbn: Isbn) -> String {
    let mut path = String::from("/shops/");
    query::encode_into(&mut path, key);
    path.push_str("/books/");
    path.push_str(isbn.as_str());
    path.push_str("/reviews");
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_survives_its_query_string() {
        let asked = ReviewsQuery {
            sort: Sort::Newest,
            stars: Some(4),
            language: Some("zh".into()),
            verified: true,
            photos: true,
            search: "春 & 秋".into(),
            after: Some("c_1".into()),
            limit: Some(20),
        };
        let mut read = ReviewsQuery::default();
        for pair in query::pairs(&asked.to_query()) {
            let (key, value) = pair.unwrap();
            read.set(&key, &value).unwrap();
        }
        assert_eq!(read, asked);
        assert_eq!(ReviewsQuery::default().to_query(), "");
    }

    #[test]
    fn a_wrong_parameter_is_named() {
        let mut query = ReviewsQuery::default();
        for (key, value) in [
            ("sort", "best"),
            ("stars", "6"),
            ("stars", "0"),
            ("language", "Chinese"),
            ("verified", "yes"),
            ("limit", "101"),
            ("limit", "0"),
            ("colour", "red"),
        ] {
            let problem = query.set(key, value).unwrap_err();
            assert_eq!(
                (problem.code, problem.field.as_deref()),
                (Code::BadRequest, Some(key))
            );
        }
        assert_eq!(query, ReviewsQuery::default());
        assert!(query.set("q", &"a".repeat(101)).is_err());
    }
}
