//! Writing a review: what an author sends, by which rules, and what the author sees of it afterwards.

use super::ReviewedEdition;
use super::notes::Notes;
use super::photos::{self, ChosenPhoto, Photo};
use crate::problem::{Code, Problem};
use crate::text::{multiline, single_line};
use crate::{Isbn, ReviewId};
use serde::{Deserialize, Serialize};

/// The longest title, in characters.
pub const TITLE_MAX: usize = 120;
/// The longest text, in characters.
pub const BODY_MAX: usize = 10_000;
/// The longest name under which a review is shown, in characters.
pub const AUTHOR_MAX: usize = 40;
/// How often an author writes one review within 24 hours, the first time included: the staff looks at every version.
pub const VERSIONS_A_DAY: u32 = 20;

/// Whether reviews are shown before or after somebody of the staff has looked at them. Stars never matter to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Moderation {
    /// Somebody looks first.
    #[default]
    Before,
    /// Readers see it at once; somebody looks later.
    After,
}

impl Moderation {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Before, Self::After];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A review as its author sends it, new or changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewText {
    /// Tenths of a star: 10, 20, 30, 40 or 50, and where the shop offers half stars also 5, 15, 25, 35, 45.
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 5, maximum = 50, multiple_of = 5)
    )]
    pub rating: u8,
    /// The title; may be empty or absent. At most 120 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 120))]
    pub title: String,
    /// The text; may be empty or absent. At most 10,000 characters; what gives the story away stands between `||` and
    /// `||`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 10_000))]
    pub body: String,
    /// The name under which it is shown; empty or absent for none. At most 40 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 40))]
    pub author: String,
    /// BCP 47 tag of the language it is written in; empty or absent where nobody told.
    #[serde(default)]
    pub language: String,
    /// The photos in their order; empty or absent for none. At most 5.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub photos: Vec<ChosenPhoto>,
    /// Whether the author received the book free or for a reward, such as an advance copy, a gift or points: readers are
    /// told. Once that was said of a review it stays, whatever is sent later.
    #[serde(default)]
    pub incentivised: bool,
    /// Content warnings, moods and pace, of those that the shop offers; may be absent.
    #[serde(default)]
    pub notes: Notes,
}

impl ReviewText {
    /// The same in the form in which it is kept: control characters, those that turn the direction of text around and
    /// invisible ones are gone, and so is space around it.
    ///
    /// # Errors
    /// One problem for each field that breaks a rule, in the order of the form.
    pub fn checked(self, half_stars: bool) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let step = if half_stars { 5 } else { 10 };
        if !(step..=50).contains(&self.rating) || !self.rating.is_multiple_of(step) {
            problems.push(invalid("rating", "choose 1 to 5 stars"));
        }
        let mut kept = |text: String, field: &str, max: usize, rule: &str| {
            if text.chars().count() > max {
                problems.push(invalid(field, rule));
            }
            text
        };
        let title = kept(
            single_line(&self.title),
            "title",
            TITLE_MAX,
            "a title has at most 120 characters",
        );
        let body = kept(
            multiline(&self.body),
            "body",
            BODY_MAX,
            "a review has at most 10,000 characters",
        );
        let author = kept(
            single_line(&self.author),
            "author",
            AUTHOR_MAX,
            "the name has at most 40 characters",
        );
        let language = self.language.trim().to_owned();
        if !is_language(&language) {
            problems.push(invalid(
                "language",
                "this is a BCP 47 tag such as zh or en-GB",
            ));
        }
        let photos = photos::checked(self.photos).unwrap_or_else(|problem| {
            problems.push(problem);
            Vec::new()
        });
        problems.extend(self.notes.problems());
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            rating: self.rating,
            title,
            body,
            author,
            language,
            photos,
            incentivised: self.incentivised,
            notes: self.notes.each_once(),
        })
    }
}

/// Whether `tag` has the shape of a language tag, or is empty.
pub(crate) fn is_language(tag: &str) -> bool {
    tag.is_empty()
        || tag.len() <= 35
            && tag.split('-').enumerate().all(|(at, part)| {
                let length = if at == 0 { 2..=8 } else { 1..=8 };
                length.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            })
            && tag.as_bytes()[0].is_ascii_alphabetic()
}

fn invalid(field: &str, rule: &str) -> Problem {
    Problem::new(Code::FieldInvalid, rule).at(field)
}

/// What has become of what an author has written last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Readers see it.
    Published,
    /// Somebody of the staff will look at it.
    Pending,
    /// Somebody of the staff asks for changes.
    Changes,
    /// It was refused.
    Refused,
    /// Its author has handed it over to the shop, because it is about delivery.
    HandedOver,
}

/// What a review is about, as its author says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The book.
    Book,
    /// Delivery, packaging or print: nothing that other readers will meet, but something that the shop can put right.
    Delivery,
}

impl Subject {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Book, Self::Delivery];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Delivery => "delivery",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What an author says a review is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSubject {
    /// The version that it is said of: [`OwnReview::version`].
    pub version: u32,
    /// The subject.
    pub subject: Subject,
}

/// A review as its author sees it: what was written last, and what has become of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnReview {
    /// What names it.
    pub id: ReviewId,
    /// The number of what was written last, from 1; 0 for what came from a file.
    #[serde(default)]
    pub version: u32,
    /// The edition that it is about.
    pub isbn: Isbn,
    /// That edition in few words.
    pub edition: ReviewedEdition,
    /// The book's title.
    pub book: String,
    /// Tenths of a star.
    pub rating: u8,
    /// The title, or empty.
    pub title: String,
    /// The text, or empty.
    pub body: String,
    /// The name under which it is shown, or empty.
    pub author: String,
    /// BCP 47 tag of the language it is written in, empty where nobody told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// Whether its author received the book free or for a reward. Nobody takes that back.
    #[serde(default)]
    pub incentivised: bool,
    /// What its author says of the book besides.
    #[serde(default, skip_serializing_if = "Notes::is_empty")]
    pub notes: Notes,
    /// When it was first written, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// The day of that in the shop's time zone, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub created_on: String,
    /// Its photos, in their order, at addresses that are its author's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Photo>,
    /// What has become of it.
    pub state: ReviewState,
    /// Whether readers see an earlier version meanwhile.
    #[serde(default)]
    pub earlier_shown: bool,
    /// Why it was refused or is to be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What the staff says about that, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The shop's answer, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// What its author says it is about, once that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Whether the author is to be asked what it is about: it talks of delivery.
    #[serde(default)]
    pub asks_subject: bool,
}

impl OwnReview {
    /// What its author has written, as it would be sent again.
    pub fn text(&self) -> ReviewText {
        ReviewText {
            rating: self.rating,
            title: self.title.clone(),
            body: self.body.clone(),
            author: self.author.clone(),
            language: self.language.clone(),
            photos: self.photos.iter().map(Photo::chosen).collect(),
            incentivised: self.incentivised,
            notes: self.notes.clone(),
        }
    }
}

/// An author's reviews, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnReviews {
    /// The reviews: all, or as many as were asked for.
    pub reviews: Vec<OwnReview>,
    /// How many there are.
    #[serde(default)]
    pub total: u32,
}

/// Why a review is refused or has to be changed. The author is told in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is not about the book.
    OffTopic,
    /// It is about delivery, packaging or service.
    Service,
    /// It insults or threatens somebody.
    Abuse,
    /// It is advertising, or leads elsewhere.
    Advertising,
    /// It tells something private of somebody.
    PersonalData,
    /// It gives the story away without a mark.
    Spoiler,
    /// It was copied from somebody else.
    Copied,
    /// It breaks the law.
    Illegal,
    /// Something else, which the note says.
    Other,
}

impl Reason {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::OffTopic,
        Self::Service,
        Self::Abuse,
        Self::Advertising,
        Self::PersonalData,
        Self::Spoiler,
        Self::Copied,
        Self::Illegal,
        Self::Other,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OffTopic => "off_topic",
            Self::Service => "service",
            Self::Abuse => "abuse",
            Self::Advertising => "advertising",
            Self::PersonalData => "personal_data",
            Self::Spoiler => "spoiler",
            Self::Copied => "copied",
            Self::Illegal => "illegal",
            Self::Other => "other",
        }
    }

    /// The reason that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rating: u8) -> ReviewText {
        ReviewText {
            rating,
            ..ReviewText::default()
        }
    }

    fn fields(result: Result<ReviewText, Vec<Problem>>) -> Vec<String> {
        let problems = result.unwrap_err().into_iter();
        problems.filter_map(|problem| problem.field).collect()
    }

    #[test]
    fn half_stars_are_for_shops_that_offer_them() {
        for rating in [10, 20, 50] {
            assert!(text(rating).checked(false).is_ok(), "{rating}");
        }
        for rating in [5, 15, 45] {
            assert_eq!(fields(text(rating).checked(false)), ["rating"]);
            assert!(text(rating).checked(true).is_ok(), "{rating}");
        }
        for rating in [0, 1, 11, 55, 60, 255] {
            assert_eq!(fields(text(rating).checked(true)), ["rating"], "{rating}");
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let review = ReviewText {
            rating: 0,
            title: "a".repeat(121),
            body: "书".repeat(10_001),
            author: "a".repeat(41),
            language: "English, please".into(),
            photos: Vec::new(),
            incentivised: false,
            notes: Notes::default(),
        };
        assert_eq!(
            fields(review.checked(false)),
            ["rating", "title", "body", "author", "language"]
        );
    }

    #[test]
    fn what_is_kept_is_plain_text() {
        let review = ReviewText {
            rating: 40,
            title: " A\u{202e} title\n".into(),
            body: "\r\nOne\r\n\r\n\r\n\r\nTwo\u{200b}\u{200b}\u{0}  ".into(),
            author: "\u{feff}Lin ".into(),
            language: "zh-Hant-TW".into(),
            photos: Vec::new(),
            incentivised: true,
            notes: Notes::default(),
        };
        let kept = review.checked(false).unwrap();
        assert_eq!(kept.title, "A title");
        assert_eq!(kept.body, "One\n\nTwo");
        assert_eq!(kept.author, "Lin");
    }
}
