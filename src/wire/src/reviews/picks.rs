//! Staff picks: what the shop's own people recommend. They are no reviews: they have no stars, count in no figure and
//! stand in a block of their own.

use super::writing::{TITLE_MAX, is_language};
use crate::contacts::is_day;
use crate::problem::{Code, Faults, Problem};
use crate::text::{multiline, single_line};
use crate::{Isbn, PickId};
use serde::{Deserialize, Serialize};

/// The longest name of who recommends, or of the role, in characters.
pub const NAME_MAX: usize = 60;
/// The longest text, in characters.
pub const BODY_MAX: usize = 5_000;
/// The last place among the picks of a book.
pub const POSITION_MAX: u32 = 99;
/// How many picks of a book readers see at most.
pub const SHOWN_MAX: u32 = 20;

/// Whether readers see a pick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PickStatus {
    /// Not yet.
    #[default]
    Draft,
    /// They do.
    Published,
    /// Not any more.
    Withdrawn,
}

impl PickStatus {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Published, Self::Withdrawn];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The one that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What a pick says: what is sent, and what comes back in the same form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PickContent {
    /// An edition of the book. Readers of all editions see it.
    pub isbn: Isbn,
    /// Who recommends it, as readers see the name: 1 to 60 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
    /// What that person is in the shop, such as "fiction buyer"; empty or absent for nothing. At most 60 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub role: String,
    /// The code of the branch where that person is; empty or absent for none.
    #[serde(default)]
    pub branch: String,
    /// The title; may be empty or absent. At most 120 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 120))]
    pub title: String,
    /// The text, 1 to 5,000 characters; what gives the story away stands between `||` and `||`.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 5_000))]
    pub body: String,
    /// BCP 47 tag of the language it is written in; empty or absent where nobody told.
    #[serde(default)]
    pub language: String,
    /// The day on which the book was picked, `YYYY-MM-DD`; empty or absent for none.
    #[serde(default)]
    pub picked_on: String,
    /// Its place among the picks of the book, 1 to 99. Of two at the same place the newer one comes first.
    #[serde(default = "first")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 99, default = 1))]
    pub position: u32,
    /// Whether readers see it.
    #[serde(default)]
    pub status: PickStatus,
}

const fn first() -> u32 {
    1
}

impl PickContent {
    /// A pick of the book with nothing in it.
    pub fn of(isbn: Isbn) -> Self {
        Self {
            isbn,
            name: String::new(),
            role: String::new(),
            branch: String::new(),
            title: String::new(),
            body: String::new(),
            language: String::new(),
            picked_on: String::new(),
            position: first(),
            status: PickStatus::default(),
        }
    }

    /// The same in the form in which it is kept: cleaned as reviews are.
    ///
    /// # Errors
    /// Names all fields that break a rule, in the order of the form.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let mut keep = |right: bool, field: &str, rule: &str| {
            if !right {
                faults.keep::<()>(Err(Problem::new(Code::FieldInvalid, rule).at(field)));
            }
        };
        let kept = Self {
            isbn: self.isbn,
            name: single_line(&self.name),
            role: single_line(&self.role),
            branch: single_line(&self.branch),
            title: single_line(&self.title),
            body: multiline(&self.body),
            language: self.language.trim().to_owned(),
            picked_on: self.picked_on.trim().to_owned(),
            position: self.position,
            status: self.status,
        };
        let long = |text: &str, max: usize| text.chars().count() > max;
        keep(
            !kept.name.is_empty() && !long(&kept.name, NAME_MAX),
            "name",
            "a name has 1 to 60 characters",
        );
        keep(
            !long(&kept.role, NAME_MAX),
            "role",
            "a role has at most 60 characters",
        );
        keep(
            !long(&kept.title, TITLE_MAX),
            "title",
            "a title has at most 120 characters",
        );
        keep(
            !kept.body.is_empty() && !long(&kept.body, BODY_MAX),
            "body",
            "a text has 1 to 5,000 characters",
        );
        keep(
            is_language(&kept.language),
            "language",
            "this is a BCP 47 tag such as zh or en-GB",
        );
        keep(
            kept.picked_on.is_empty() || is_day(&kept.picked_on),
            "picked_on",
            "this is a day, YYYY-MM-DD",
        );
        keep(
            (1..=POSITION_MAX).contains(&kept.position),
            "position",
            "a place is a whole number from 1 to 99",
        );
        faults.none()?;
        Ok(kept)
    }
}

/// A pick as the staff and the shop's programs see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pick {
    /// What names it.
    pub id: PickId,
    /// What the shop's programs call it; the same as `id` where it was written in the console.
    pub reference: String,
    /// The book's title.
    pub book: String,
    /// When it was changed last, in milliseconds since 1970 UTC.
    pub changed_at: i64,
    /// What it says.
    pub content: PickContent,
}

/// A page of picks, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PickPage {
    /// The picks.
    pub picks: Vec<Pick>,
    /// For `after`, where there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A pick as readers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownPick {
    /// Who recommends.
    pub name: String,
    /// What that person is in the shop, or empty.
    pub role: String,
    /// What the branch is called, or empty.
    pub branch: String,
    /// The title, or empty.
    pub title: String,
    /// The text.
    pub body: String,
    /// BCP 47 tag of the text's language, or empty.
    pub language: String,
    /// The day, `YYYY-MM-DD`, or empty.
    pub picked_on: String,
}

/// What a shop's program may call a pick: 1 to 100 letters, digits, `-`, `_`, `.` and `:`, the first one a letter or digit.
///
/// # Errors
/// When `text` is something else.
pub fn reference(text: &str) -> Result<String, Problem> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:".contains(&b);
    let begins = text
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphanumeric());
    if begins && text.len() <= 100 && text.bytes().all(is_plain) {
        return Ok(text.to_owned());
    }
    let rule = "a reference has 1 to 100 letters, digits, hyphens, underscores, dots and colons, and begins with a letter or digit";
    Err(Problem::new(Code::BadRequest, rule).at("reference"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> PickContent {
        PickContent {
            name: " Ana\u{202e}  Ruiz ".into(),
            body: "One.\r\n\r\n\r\nTwo.\u{200b} ".into(),
            ..PickContent::of("9780141439518".parse().unwrap())
        }
    }

    #[test]
    fn a_text_is_cleaned_as_that_of_a_review() {
        let kept = content().checked().unwrap();
        assert_eq!(
            (kept.name.as_str(), kept.body.as_str()),
            ("Ana Ruiz", "One.\n\nTwo.")
        );
    }

    #[test]
    fn all_that_is_wrong_is_named_in_the_order_of_the_form() {
        let wrong = PickContent {
            name: " ".into(),
            role: "x".repeat(61),
            title: "x".repeat(121),
            body: "\u{200b}".into(),
            language: "English, please".into(),
            picked_on: "2025-02-30".into(),
            position: 0,
            ..content()
        };
        let problem = wrong.checked().unwrap_err();
        let fields: Vec<&str> = problem.fields().collect();
        assert_eq!(
            fields,
            [
                "name",
                "role",
                "title",
                "body",
                "language",
                "picked_on",
                "position"
            ]
        );
    }

    #[test]
    fn a_reference_can_stand_in_an_address() {
        assert!(reference("pick-1.2:a_b").is_ok());
        for wrong in ["", "..", "a/b", "ä", &"x".repeat(101)] {
            assert!(reference(wrong).is_err(), "{wrong}");
        }
    }
}
